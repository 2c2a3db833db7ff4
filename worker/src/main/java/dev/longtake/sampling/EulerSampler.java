package dev.longtake.sampling;

import static java.util.Objects.requireNonNull;

import dev.longtake.denoise.SigmaSchedule;

/** The straight step: {@code x += (sigmaNext - sigma) velocity}. Keeps no history. */
public record EulerSampler(SigmaSchedule schedule) implements Sampler {

  public EulerSampler {
    requireNonNull(schedule, "schedule");
  }

  @Override
  public int historyCount(int stepIndex) {
    return 0;
  }

  @Override
  public SolverStep.Euler plan(int stepIndex) {
    return new SolverStep.Euler(schedule.sigma(stepIndex + 1) - schedule.sigma(stepIndex));
  }
}
