package dev.longtake.latent;

import static dev.longtake.error.Require.require;

/**
 * A chunk's velocity on one overlap at one step.
 *
 * @param overlap latent frames O
 * @param channels C
 * @param height in latent cells
 * @param width in latent cells
 * @param velocity {@code (O, C, h, w)}, the last axis contiguous; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Slabs are passed on, never compared.
public record Slab(int overlap, int channels, int height, int width, float[] velocity) {

  public Slab {
    require(
        overlap > 0 && channels > 0 && height > 0 && width > 0,
        "expected positive axes, found (%d, %d, %d, %d)",
        overlap,
        channels,
        height,
        width);
    require(
        (long) overlap * channels * height * width == velocity.length,
        "expected %d x %d x %d x %d numbers, found %d",
        overlap,
        channels,
        height,
        width,
        velocity.length);
  }
}
