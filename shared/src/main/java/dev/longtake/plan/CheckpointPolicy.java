package dev.longtake.plan;

import static dev.longtake.error.Require.require;

import java.time.Duration;

/** How often a chunk's state is kept while it is denoised. Changes no bit of the film. */
public sealed interface CheckpointPolicy {

  /** Longest interval that can be asked for. */
  int STEP_COUNT_MAX = 1000;

  /** Longest time that can be asked for. */
  Duration TIME_MAX = Duration.ofHours(1);

  /** No checkpoints. */
  CheckpointPolicy OFF = every(0);

  /** Every so many steps; 0 for never. */
  static CheckpointPolicy every(int stepCount) {
    return new EverySteps(stepCount);
  }

  /** As often as the time that steps take asks for. */
  static CheckpointPolicy within(Duration atStake) {
    return new ByTime(atStake);
  }

  /**
   * Whether the state after so many steps is kept.
   *
   * @param stepsDone at least 1
   * @param stepTime from one step of the chunk to its next
   */
  default boolean isDue(int stepsDone, Duration stepTime) {
    int interval = interval(stepTime);
    return interval > 0 && stepsDone % interval == 0;
  }

  /**
   * Denoise steps from one checkpoint to the next; 0 for no checkpoints.
   *
   * @param stepTime from one step of the chunk to its next
   */
  int interval(Duration stepTime);

  /**
   * Always the same.
   *
   * @param stepCount denoise steps from one checkpoint to the next, 0 for no checkpoints
   */
  record EverySteps(int stepCount) implements CheckpointPolicy {

    public EverySteps {
      require(
          stepCount >= 0 && stepCount <= STEP_COUNT_MAX,
          "checkpoint steps: expected 0 to %d, found %d",
          STEP_COUNT_MAX,
          stepCount);
    }

    @Override
    public int interval(Duration stepTime) {
      return stepCount;
    }
  }

  /**
   * By time: the largest power of two whose steps take at most so long, or 1. Each worker finds it
   * for itself, from how long its steps take. Steps are counted from the shot's first, so the
   * multiples of a larger power are among those of a smaller one: two workers that come to
   * different intervals still keep their chunks at common steps, which is where a whole shot can go
   * on from.
   *
   * @param atStake what is lost at most if a chunk has to go on from its last checkpoint
   */
  record ByTime(Duration atStake) implements CheckpointPolicy {

    public ByTime {
      require(
          atStake.toMillis() > 0 && atStake.compareTo(TIME_MAX) <= 0,
          "checkpoint time: expected 1 ms to 1 h, found %s",
          atStake);
    }

    @Override
    public int interval(Duration stepTime) {
      long steps = atStake.toNanos() / Math.max(1, stepTime.toNanos());
      return (int) Long.highestOneBit(Math.clamp(steps, 1, 1 << 30));
    }
  }
}
