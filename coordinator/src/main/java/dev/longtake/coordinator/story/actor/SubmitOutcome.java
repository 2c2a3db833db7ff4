package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryView;
import dev.longtake.error.ErrorCode;

/** What became of a submission. */
public sealed interface SubmitOutcome {

  /** Taken, now or earlier with the same request id. */
  record Accepted(StoryView view) implements SubmitOutcome {}

  /** Not taken. */
  record Refused(ErrorCode code, String message) implements SubmitOutcome {}
}
