-- Workers that a person wants to get nothing new, and why.
CREATE TABLE drained_workers (
  worker_id VARCHAR(64) PRIMARY KEY,
  reason VARCHAR(1000) NOT NULL,
  -- Milliseconds since the epoch.
  since_millis BIGINT NOT NULL
);

INSERT INTO schema_version VALUES (4);
