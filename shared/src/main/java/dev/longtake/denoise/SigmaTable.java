package dev.longtake.denoise;

/**
 * The published ways to place {@code stepCount} noise levels between 1 and 0. They differ by
 * little, but the model notices; the last level is always 0. {@code s(x) = k x / (1 + (k - 1) x)}
 * with the shift {@code k}.
 */
public enum SigmaTable {
  /**
   * {@code sigma_i = s(0.999 (1 - i / N))}: Wan's own code and UniPC of diffusers up to 0.36. What
   * the public checkpoints were published with.
   */
  WAN,

  /** {@code sigma_i = s(1 - 0.999 i / N)}: UniPC of diffusers from 0.37. */
  UNIPC_CURRENT,

  /**
   * {@code sigma_i = s(u_i)}, {@code u} evenly spaced from 1 down to {@code s(0.001)}:
   * FlowMatchEulerDiscreteScheduler of diffusers. The shift meets the lower end twice, which makes
   * the last step nearly empty; kept because that is what the class does.
   */
  EULER
}
