package dev.longtake.plan;

import static dev.longtake.error.Require.require;

import java.util.OptionalInt;

/**
 * How often a chunk's state is kept while it is denoised. Changes no bit of the film.
 *
 * @param stepCount denoise steps from one checkpoint to the next, 0 for no checkpoints; empty for a
 *     tenth of the shot's steps, whatever their number
 */
public record CheckpointPolicy(OptionalInt stepCount) {

  /** Longest interval that can be asked for. */
  public static final int STEP_COUNT_MAX = 1000;

  /** Intervals of a shot if nothing else is said: a lost worker costs at most a tenth of it. */
  private static final int INTERVALS = 10;

  /** No checkpoints. */
  public static final CheckpointPolicy OFF = every(0);

  /** Every tenth of a shot's steps. */
  public static final CheckpointPolicy TENTHS = new CheckpointPolicy(OptionalInt.empty());

  public CheckpointPolicy {
    stepCount.ifPresent(
        steps ->
            require(
                steps >= 0 && steps <= STEP_COUNT_MAX,
                "checkpoint steps: expected 0 to %d, found %d",
                STEP_COUNT_MAX,
                steps));
  }

  /** Every so many steps; 0 for never. */
  public static CheckpointPolicy every(int stepCount) {
    return new CheckpointPolicy(OptionalInt.of(stepCount));
  }

  /** Steps from one checkpoint to the next in a shot of so many steps; 0 for no checkpoints. */
  public int interval(int shotStepCount) {
    return stepCount.orElse(Math.ceilDiv(shotStepCount, INTERVALS));
  }
}
