-- What is held against workers, by those who run the farm or by itself: they get nothing new. Takes
-- the place of drained_workers.
CREATE TABLE worker_marks (
  worker_id VARCHAR(64) PRIMARY KEY,
  -- DRAINED or QUARANTINED.
  kind VARCHAR(16) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  since TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  -- When it ends by itself; empty if somebody has to release the worker.
  until TIMESTAMP(6) WITH TIME ZONE,
  -- The how-manieth in a row.
  times INTEGER NOT NULL
);

INSERT INTO worker_marks (worker_id, kind, reason, since, times)
SELECT worker_id,
       'DRAINED',
       CASE WHEN TRIM(reason) = '' THEN 'no reason given' ELSE SUBSTRING(reason, 1, 500) END,
       DATEADD('MILLISECOND', since_millis, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00'),
       1
FROM drained_workers;

DROP TABLE drained_workers;

INSERT INTO schema_version VALUES (5);
