package dev.longtake.lease;

import static dev.longtake.error.Require.require;

/**
 * Where a chunk goes on, and how often it keeps its state.
 *
 * @param resumeStep the step whose checkpoint the chunk goes on from; 0 to begin from noise
 * @param interval steps from one checkpoint to the next, counted from step 0 so that all chunks of
 *     a shot keep theirs at the same steps; 0 for none
 */
public record CheckpointPlan(int resumeStep, int interval) {

  /** From noise, and nothing is kept. */
  public static final CheckpointPlan NONE = new CheckpointPlan(0, 0);

  public CheckpointPlan {
    require(resumeStep >= 0, "resumeStep is negative: %d", resumeStep);
    require(interval >= 0, "interval is negative: %d", interval);
  }

  /** Whether the state before this step is kept. */
  public boolean isDue(int stepIndex, int stepCount) {
    return interval > 0
        && stepIndex > resumeStep
        && stepIndex < stepCount
        && stepIndex % interval == 0;
  }
}
