-- The catalog: a line for each story, as lists show it. The journal decides; this is kept beside it.
CREATE SEQUENCE story_sequence;

CREATE TABLE stories (
  -- The how-manieth story of this farm.
  sequence BIGINT PRIMARY KEY,
  story_id VARCHAR(64) NOT NULL UNIQUE,
  -- Chosen by the caller, makes repeating safe.
  request_id VARCHAR(64) NOT NULL UNIQUE,
  -- By which repeating is told from another story.
  content_digest CHAR(64) NOT NULL,
  -- Events of the story's journal that this line has taken in; 0 before the first is written.
  event_count BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- The name in small letters, compared by bytes so that the index finds how it starts.
  name_key TEXT COLLATE "C" NOT NULL,
  state VARCHAR(16) NOT NULL,
  submit_time TIMESTAMPTZ NOT NULL,
  end_time TIMESTAMPTZ,
  frame_count INTEGER NOT NULL,
  shots_done INTEGER NOT NULL,
  shot_count INTEGER NOT NULL,
  failure_code VARCHAR(64),
  failure_message TEXT
);

CREATE INDEX stories_by_time ON stories (submit_time DESC, sequence DESC);

CREATE INDEX stories_by_state ON stories (state, submit_time DESC, sequence DESC);

CREATE INDEX stories_by_name ON stories (name_key, submit_time DESC, sequence DESC);

INSERT INTO schema_version VALUES (2);
