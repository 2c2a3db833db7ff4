-- The number of the newest story, as the embedded database has it.
CREATE TABLE story_numbers (
  newest BIGINT NOT NULL
);

INSERT INTO story_numbers VALUES (NEXTVAL('story_sequence') - 1);

DROP SEQUENCE story_sequence;

INSERT INTO schema_version VALUES (11);
