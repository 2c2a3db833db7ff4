-- What workers and coordinators say of stories.
CREATE TABLE log_lines (
  line_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  story_id VARCHAR(64) NOT NULL,
  -- Empty if it is about the whole story.
  shot_id VARCHAR(64) NOT NULL,
  -- These four are not set if it is about no single piece of work.
  shot_index INTEGER,
  work VARCHAR(16),
  work_index INTEGER,
  attempt INTEGER,
  -- Empty if no worker has to do with it.
  worker_id VARCHAR(64) NOT NULL,
  -- Of a worker's line about a lease; what a coordinator says has none.
  line_number INTEGER,
  -- Milliseconds since the epoch.
  said_millis BIGINT NOT NULL,
  severity VARCHAR(8) NOT NULL,
  sentence VARCHAR(500) NOT NULL,
  kept_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
  -- So that what is sent twice is kept once.
  UNIQUE (story_id, shot_index, work, work_index, attempt, line_number)
);

CREATE INDEX log_lines_by_story ON log_lines (story_id, line_id);

CREATE INDEX log_lines_by_worker ON log_lines (worker_id, line_id);

INSERT INTO schema_version VALUES (9);
