package dev.longtake.loadtest.methods;

/** What is done to a shot's velocity after its windows were fused and before the step is taken. */
@FunctionalInterface
interface Correction {

  /** Nothing. */
  Correction NONE = (shape, step, latents, velocity) -> velocity;

  /**
   * A step.
   *
   * @param index from 0
   * @param sigma noise level before it
   * @param next noise level after it
   */
  record Step(int index, float sigma, float next) {}

  /**
   * The velocity to step along.
   *
   * @param latents before the step, {@code (L, C, h, w)}; not changed
   * @param velocity as fused; may be changed and returned
   */
  float[] apply(LatentShape shape, Step step, float[] latents, float[] velocity);
}
