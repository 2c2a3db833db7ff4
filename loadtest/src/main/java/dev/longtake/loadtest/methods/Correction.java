package dev.longtake.loadtest.methods;

/** What is done to a shot's velocity after its windows were fused and before the step is taken. */
@FunctionalInterface
interface Correction {

  /** Nothing. */
  Correction NONE = (shape, sigma, latents, velocity) -> velocity;

  /**
   * The velocity to step along.
   *
   * @param sigma noise level before the step
   * @param latents before the step, {@code (L, C, h, w)}; not changed
   * @param velocity as fused; may be changed and returned
   */
  float[] apply(LatentShape shape, float sigma, float[] latents, float[] velocity);
}
