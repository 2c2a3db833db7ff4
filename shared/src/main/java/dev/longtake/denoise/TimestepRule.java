package dev.longtake.denoise;

/** How a noise level becomes the time that the model is told. */
public enum TimestepRule {
  /** {@code 1000 sigma}: what Euler samplers feed, and what the toybox is trained with. */
  EXACT,

  /** {@code 1000 sigma} without its fraction: what UniPC samplers feed. */
  TRUNCATED
}
