-- What others are to be told, a row for each notice and receiver.
CREATE TABLE notices (
  notice_id VARCHAR(128) NOT NULL,
  -- Part of a digest of its address, which may hold a secret.
  receiver CHAR(16) NOT NULL,
  body VARCHAR NOT NULL,
  -- Milliseconds since the epoch.
  created_millis BIGINT NOT NULL,
  -- When it is told, or told again; null once that is over.
  due_millis BIGINT,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (notice_id, receiver)
);

CREATE INDEX notices_by_due ON notices (receiver, due_millis);

INSERT INTO schema_version VALUES (6);
