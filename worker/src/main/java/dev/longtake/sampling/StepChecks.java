package dev.longtake.sampling;

/** The conditions that both samplers put on a step. */
final class StepChecks {

  private StepChecks() {}

  static void check(Sampler sampler, SamplerState state, float[] velocity) {
    int step = state.stepIndex();
    int stepCount = sampler.schedule().stepCount();
    if (step >= stepCount) {
      throw new IllegalArgumentException("all " + stepCount + " steps are done: step " + step);
    }
    if (velocity.length != state.latents().length) {
      throw new IllegalArgumentException(
          "velocity has " + velocity.length + " values, latents " + state.latents().length);
    }
    int expected = sampler.historyCount(step);
    if (state.history().size() != expected) {
      throw new IllegalArgumentException(
          "step " + step + " needs " + expected + " history tensors: " + state.history().size());
    }
  }
}
