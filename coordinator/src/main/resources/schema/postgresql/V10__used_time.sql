-- Workers' time that went into a story, by hours since 1970; it stays when the story goes.
CREATE TABLE used_time (
  tenant VARCHAR(63) NOT NULL,
  story_id VARCHAR(64) NOT NULL,
  hour_number BIGINT NOT NULL,
  millis BIGINT NOT NULL,
  PRIMARY KEY (tenant, story_id, hour_number)
);

CREATE INDEX used_time_by_hour ON used_time (hour_number);

-- What is left of what a tenant has used, as shares count it, and when that was so.
CREATE TABLE used_lately (
  tenant VARCHAR(63) PRIMARY KEY,
  millis BIGINT NOT NULL,
  at_millis BIGINT NOT NULL
);

-- One row: whoever has taken the term may write, and its last posting has this number.
CREATE TABLE use_writer (
  term BIGINT NOT NULL,
  posting BIGINT NOT NULL
);

INSERT INTO use_writer VALUES (0, 0);

-- The lines of one chunk.
CREATE INDEX log_lines_by_work ON log_lines (story_id, shot_id, work_index, line_id);

INSERT INTO schema_version VALUES (10);
