package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import java.util.Optional;

/**
 * How far a story's state has come in the journal. What is kept or told of a story elsewhere bears
 * the number of events that it comes from, and gives way to a greater one.
 *
 * @param eventCount events that the state has taken in, from 1
 * @param writer the process that claimed the story last, where there are several coordinators
 */
public record JournalMark(long eventCount, Optional<String> writer) {

  /** After the first event. */
  static final JournalMark FIRST = new JournalMark(1, Optional.empty());

  public JournalMark {
    requireNonNull(writer, "writer");
  }

  JournalMark next() {
    return new JournalMark(eventCount + 1, writer);
  }

  JournalMark claimed(StoryClaimed claim) {
    if (claim.incarnation() != eventCount + 1) {
      throw new IllegalStateException(
          "expected a claim as event %d, found %s".formatted(eventCount + 1, claim));
    }
    return new JournalMark(eventCount + 1, Optional.of(claim.node()));
  }
}
