package dev.longtake.sampling;

import java.util.List;

/**
 * Everything a sampler needs to go on: with it and the same velocities, a run that was cut short
 * ends on the same bits.
 *
 * <p>Arrays are not copied. Whoever hands one over no longer writes to it.
 */
public final class SamplerState {

  private final int stepIndex;
  private final float[] latents;
  private final List<float[]> history;

  /**
   * A state, as it was stored or as a step left it.
   *
   * @param stepIndex the next step to take; equal to the schedule's step count once done
   * @param latents the latents at that step, in any layout
   * @param history what the solver remembers, newest first, each as long as {@code latents}; empty
   *     before the first step and after the last
   */
  public SamplerState(int stepIndex, float[] latents, List<float[]> history) {
    if (stepIndex < 0) {
      throw new IllegalArgumentException("stepIndex is negative: " + stepIndex);
    }
    for (float[] tensor : history) {
      if (tensor.length != latents.length) {
        throw new IllegalArgumentException(
            "history has " + tensor.length + " values, latents " + latents.length);
      }
    }
    this.stepIndex = stepIndex;
    this.latents = latents;
    this.history = List.copyOf(history);
  }

  /** The state before the first step. */
  public static SamplerState initial(float[] noise) {
    return new SamplerState(0, noise, List.of());
  }

  /** The next step to take; equal to the schedule's step count once done. */
  public int stepIndex() {
    return stepIndex;
  }

  /** The latents at that step. */
  public float[] latents() {
    return latents;
  }

  /** What the solver remembers, newest first. */
  public List<float[]> history() {
    return history;
  }
}
