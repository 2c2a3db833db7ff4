package dev.longtake.latent;

import static dev.longtake.error.Require.require;

/**
 * Consecutive latent frames of a shot.
 *
 * @param frameCount latent frames T
 * @param channels C
 * @param height in latent cells
 * @param width in latent cells
 * @param values {@code (T, C, h, w)}, the last axis contiguous; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Latents(int frameCount, int channels, int height, int width, float[] values) {

  public Latents {
    require(
        frameCount > 0 && channels > 0 && height > 0 && width > 0,
        "expected positive axes, found (%d, %d, %d, %d)",
        frameCount,
        channels,
        height,
        width);
    require(
        (long) frameCount * channels * ((long) height * width) == values.length,
        "expected %d x %d x %d x %d numbers, found %d",
        frameCount,
        channels,
        height,
        width,
        values.length);
  }

  /** Numbers of one latent frame. */
  public int frameElements() {
    return channels * height * width;
  }
}
