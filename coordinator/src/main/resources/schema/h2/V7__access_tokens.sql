-- Tokens that this farm has issued: their digests, not their secrets.
CREATE TABLE access_tokens (
  token_id VARCHAR(16) PRIMARY KEY,
  -- SHA-256 of the whole token, in hexadecimal.
  digest CHAR(64) NOT NULL,
  name VARCHAR(200) NOT NULL,
  role VARCHAR(16) NOT NULL,
  created_by VARCHAR(1000) NOT NULL,
  -- Milliseconds since the epoch.
  created_millis BIGINT NOT NULL,
  expires_millis BIGINT NOT NULL,
  -- Not set if it was not taken back.
  revoked_millis BIGINT
);

INSERT INTO schema_version VALUES (7);
