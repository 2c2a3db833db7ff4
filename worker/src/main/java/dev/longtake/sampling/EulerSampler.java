package dev.longtake.sampling;

import static java.util.Objects.requireNonNull;

import java.util.List;

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

  @Override
  public SamplerState step(SamplerState state, float[] velocity) {
    StepChecks.check(this, state, velocity);
    int step = state.stepIndex();
    float delta = plan(step).delta();
    float[] latents = state.latents();
    float[] next = new float[latents.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = latents[i] + delta * velocity[i];
    }
    return new SamplerState(step + 1, next, List.of());
  }
}
