package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

/**
 * How far the work on one shot is.
 *
 * @param steps denoise steps over all chunks
 * @param stepsKept denoise steps that would not be repeated if every worker were lost now
 */
public record ShotCounts(Count chunks, Count steps, int stepsKept, Count segments) {

  /** Of a shot that is not planned yet. */
  public static final ShotCounts NONE = new ShotCounts(Count.NONE, Count.NONE, 0, Count.NONE);

  public ShotCounts {
    requireNonNull(chunks, "chunks");
    requireNonNull(steps, "steps");
    require(stepsKept >= 0, "stepsKept is negative: %d", stepsKept);
    requireNonNull(segments, "segments");
  }
}
