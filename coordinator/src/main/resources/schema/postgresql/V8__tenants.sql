-- Whose stories and tokens are. What was there before belongs to the one tenant that there was.
ALTER TABLE stories ADD COLUMN tenant VARCHAR(63) DEFAULT 'default' NOT NULL;

-- Who submitted it; empty where nobody was asked.
ALTER TABLE stories ADD COLUMN owner TEXT DEFAULT '' NOT NULL;

-- A request id is one of its tenant's: that another tenant has used it is none of its business.
ALTER TABLE stories DROP CONSTRAINT stories_request_id_key;

ALTER TABLE stories ADD CONSTRAINT stories_by_request UNIQUE (tenant, request_id);

CREATE INDEX stories_by_tenant ON stories (tenant, submit_time DESC, sequence DESC);

CREATE INDEX stories_by_tenant_and_state
  ON stories (tenant, state, submit_time DESC, sequence DESC);

-- The tenant whose work it is good for; '*' for all, as tokens were for those who run the farm.
ALTER TABLE access_tokens ADD COLUMN tenant VARCHAR(63) DEFAULT 'default' NOT NULL;

UPDATE access_tokens SET tenant = '*' WHERE role IN ('operator', 'admin');

INSERT INTO schema_version VALUES (8);
