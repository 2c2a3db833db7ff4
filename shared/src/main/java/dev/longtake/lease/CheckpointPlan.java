package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.plan.CheckpointPolicy;
import java.time.Duration;

/**
 * Where a chunk goes on, and how often it keeps its state.
 *
 * @param resumeStep the step whose checkpoint the chunk goes on from; 0 to begin from noise
 */
public record CheckpointPlan(int resumeStep, CheckpointPolicy policy) {

  /** From noise, and nothing is kept. */
  public static final CheckpointPlan NONE = new CheckpointPlan(0, CheckpointPolicy.OFF);

  public CheckpointPlan {
    require(resumeStep >= 0, "resumeStep is negative: %d", resumeStep);
    requireNonNull(policy, "policy");
  }

  /**
   * Whether the state before this step is kept.
   *
   * @param stepTime from one step of the chunk to its next
   */
  public boolean isDue(int stepIndex, int stepCount, Duration stepTime) {
    return stepIndex > resumeStep && stepIndex < stepCount && policy.isDue(stepIndex, stepTime);
  }
}
