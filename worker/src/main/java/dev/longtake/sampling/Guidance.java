package dev.longtake.sampling;

/** Classifier-free guidance: leaning from what the model would do anyway towards what was asked. */
public final class Guidance {

  private Guidance() {}

  /** Whether a guidance scale needs the unconditional pass at all; it is off at 1 and below. */
  public static boolean needsUnconditional(float scale) {
    return scale > 1.0f;
  }

  /**
   * Returns {@code unconditional + scale (conditional - unconditional)}, element by element in 32
   * bits.
   *
   * @throws IllegalArgumentException if the lengths differ
   * @see <a href="https://arxiv.org/abs/2207.12598">Ho and Salimans, Classifier-Free Diffusion
   *     Guidance, 2022</a>
   */
  public static float[] combine(float[] conditional, float[] unconditional, float scale) {
    if (conditional.length != unconditional.length) {
      throw new IllegalArgumentException(
          "conditional has "
              + conditional.length
              + " values, unconditional "
              + unconditional.length);
    }
    float[] guided = new float[conditional.length];
    for (int i = 0; i < guided.length; i++) {
      guided[i] = unconditional[i] + scale * (conditional[i] - unconditional[i]);
    }
    return guided;
  }
}
