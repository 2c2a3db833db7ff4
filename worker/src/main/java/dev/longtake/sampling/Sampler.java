package dev.longtake.sampling;

import dev.longtake.denoise.SigmaSchedule;

/**
 * Takes latents from one noise level to the next along the model's velocity. A solver only says the
 * numbers of each step, {@link #plan}; {@link StepArithmetic} on arrays and the kernels of {@link
 * ResidentLatents} carry any of them out, so a new one is a class that implements this and a line
 * in {@link Samplers}.
 *
 * <p>Flow matching: {@code x_sigma = (1 - sigma) x0 + sigma noise}, and the model predicts {@code
 * velocity = noise - x0}.
 *
 * <p>Every operation is element by element, with the step's scalars computed once in double: an
 * element's bits depend on its own latents, velocity and history and on nothing else in the array.
 * So a shot may be stepped whole or in any pieces (the farm steps it chunk by chunk) and comes out
 * the same.
 */
public interface Sampler {

  /** The noise levels this sampler walks down. */
  SigmaSchedule schedule();

  /**
   * How many tensors, each as long as the latents, {@link SamplerState#history} holds before the
   * given step: the first so many of those that {@link SolverStep} lists. None before the first
   * step and after the last.
   */
  int historyCount(int stepIndex);

  /**
   * Whether, after a step, noise drawn anew is to be added, the next noise level times. It is not
   * part of the step.
   */
  default boolean isRenewed(int stepIndex) {
    return false;
  }

  /** The numbers of a step. */
  SolverStep plan(int stepIndex);

  /**
   * Takes the step {@code state.stepIndex()}.
   *
   * @param velocity what the model predicted there, guidance and fusion included; as long as the
   *     latents; not changed
   * @return the next state, in new arrays where values changed
   * @throws IllegalArgumentException if the sampling is over, or a length or the history is wrong
   */
  default SamplerState step(SamplerState state, float[] velocity) {
    int step = state.stepIndex();
    int stepCount = schedule().stepCount();
    if (step >= stepCount) {
      throw new IllegalArgumentException("all " + stepCount + " steps are done: step " + step);
    }
    StepArithmetic.check(state, velocity, historyCount(step));
    return StepArithmetic.step(plan(step), state, velocity, historyCount(step + 1));
  }
}
