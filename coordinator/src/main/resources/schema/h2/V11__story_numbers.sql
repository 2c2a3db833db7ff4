-- The number of the newest story: drawn with the story's own row, because each number that is drawn
-- from a sequence is forced to the disk by itself.
CREATE TABLE story_numbers (
  newest BIGINT NOT NULL
);

INSERT INTO story_numbers VALUES (NEXT VALUE FOR story_sequence - 1);

DROP SEQUENCE story_sequence;

-- The same for numbers that nobody sees: some are lost when a process is.
ALTER TABLE "event_journal" ALTER COLUMN "ordering" SET CACHE 1024;

ALTER TABLE log_lines ALTER COLUMN line_id SET CACHE 1024;

INSERT INTO schema_version VALUES (11);
