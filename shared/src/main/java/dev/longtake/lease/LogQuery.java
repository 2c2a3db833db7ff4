package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * Which of the lines that are kept somebody wants.
 *
 * @param storyId empty for any story
 * @param workerId empty for any worker; one of the two is given
 * @param shotId empty for any shot, and what is about no shot
 * @param chunk within the shot, from 0; empty for all pieces of work
 * @param after lines up to this one are known; 0 for none
 * @param size lines at once, at least 1
 */
public record LogQuery(
    String storyId, String workerId, String shotId, OptionalInt chunk, long after, int size) {

  public LogQuery {
    require(
        storyId.isEmpty() != workerId.isEmpty(),
        "expected a story or a worker, found \"%s\" and \"%s\"",
        storyId,
        workerId);
    requireNonNull(shotId, "shotId");
    require(
        chunk.isEmpty() || (chunk.getAsInt() >= 0 && !shotId.isEmpty()),
        "chunk: expected a number from 0 and the shot that it is of, found %s of \"%s\"",
        chunk,
        shotId);
    require(after >= 0, "after is negative: %d", after);
    require(size > 0, "size is not positive: %d", size);
  }

  /** The same, of what comes after these. */
  public LogQuery after(LogPage page) {
    return new LogQuery(storyId, workerId, shotId, chunk, page.next(), size);
  }
}
