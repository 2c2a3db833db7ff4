-- Where a story stands after one of its events, so that not all of them need be read. There is none
-- without its event: whoever is refused an event by the journal has no snapshot of it either.
ALTER TABLE snapshot
  ADD FOREIGN KEY (persistence_id, sequence_number)
  REFERENCES event_journal (persistence_id, sequence_number);

INSERT INTO schema_version VALUES (3);
