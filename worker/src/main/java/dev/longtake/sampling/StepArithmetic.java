package dev.longtake.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * Carries a {@link SolverStep} out on arrays. The kernel {@code sampler_step} does the same on a
 * device, with the same bits.
 */
final class StepArithmetic {

  private StepArithmetic() {}

  /**
   * Carries it out.
   *
   * @param historyCount tensors that the next step needs
   */
  static SamplerState step(
      SolverStep plan, SamplerState state, float[] velocity, int historyCount) {
    int next = state.stepIndex() + 1;
    return switch (plan) {
      case SolverStep.Euler(float delta) ->
          new SamplerState(next, moved(state.latents(), delta, velocity), List.of());
      case SolverStep.Multistep step -> multistep(step, state, velocity, historyCount);
    };
  }

  /** Refuses lengths and a history that do not fit the state's step. */
  static void check(SamplerState state, float[] velocity, int historyCount) {
    if (velocity.length != state.latents().length) {
      throw new IllegalArgumentException(
          "velocity has " + velocity.length + " values, latents " + state.latents().length);
    }
    if (state.history().size() != historyCount) {
      throw new IllegalArgumentException(
          "step %d needs %d history tensors: %d"
              .formatted(state.stepIndex(), historyCount, state.history().size()));
    }
  }

  private static SamplerState multistep(
      SolverStep.Multistep step, SamplerState state, float[] velocity, int historyCount) {
    List<float[]> history = state.history();
    float[] estimate = moved(state.latents(), -step.sigma(), velocity);
    List<float[]> known = new ArrayList<>(history);
    known.add(Math.min(1, history.size()), estimate);
    float[] corrected = step.corrector().isEmpty() ? state.latents() : sum(step.corrector(), known);
    List<float[]> memory = new ArrayList<>(List.of(corrected, estimate));
    if (history.size() > 1) {
      memory.add(history.get(1));
    }
    return new SamplerState(
        state.stepIndex() + 1, sum(step.predictor(), memory), memory.subList(0, historyCount));
  }

  private static float[] moved(float[] latents, float factor, float[] velocity) {
    float[] moved = new float[latents.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = latents[i] + factor * velocity[i];
    }
    return moved;
  }

  /** The sum of the first terms, as many as there are weights. */
  private static float[] sum(List<Double> termWeights, List<float[]> terms) {
    double[] weights = termWeights.stream().mapToDouble(Double::doubleValue).toArray();
    float[][] tensors = terms.toArray(float[][]::new);
    float[] sum = new float[tensors[0].length];
    for (int i = 0; i < sum.length; i++) {
      double value = 0.0;
      for (int term = 0; term < weights.length; term++) {
        value += weights[term] * tensors[term][i];
      }
      sum[i] = (float) value;
    }
    return sum;
  }
}
