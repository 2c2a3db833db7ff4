package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

/**
 * Names one attempt at one piece of work.
 *
 * @param index of the chunk or the segment within the shot
 * @param attempt the how-manieth lease of this piece of work, from 1
 */
public record LeaseToken(String storyId, int shotIndex, Kind kind, int index, int attempt) {

  /** What is to be done. */
  public enum Kind {
    CHUNK,
    SEGMENT
  }

  public LeaseToken {
    require(!storyId.isEmpty(), "storyId is empty");
    require(shotIndex >= 0, "shotIndex is negative: %d", shotIndex);
    requireNonNull(kind, "kind");
    require(index >= 0, "index is negative: %d", index);
    require(attempt > 0, "attempt is not positive: %d", attempt);
  }
}
