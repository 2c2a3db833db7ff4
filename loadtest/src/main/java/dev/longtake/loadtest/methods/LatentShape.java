package dev.longtake.loadtest.methods;

import static dev.longtake.error.Require.require;

/**
 * The extent of a shot's latents, frame by frame: {@code (L, C, h, w)}.
 *
 * @param frameCount latent frames {@code L}
 * @param channels {@code C}
 * @param height {@code h}, in latent cells
 * @param width {@code w}, in latent cells
 */
record LatentShape(int frameCount, int channels, int height, int width) {

  LatentShape {
    require(
        frameCount > 0 && channels > 0 && height > 0 && width > 0,
        "expected positive axes, found (%d, %d, %d, %d)",
        frameCount,
        channels,
        height,
        width);
  }

  /** Cells of one channel of one latent frame. */
  int cells() {
    return height * width;
  }

  /** Numbers of one latent frame. */
  int frameSize() {
    return channels * cells();
  }

  /** Numbers of all latent frames. */
  int size() {
    return Math.multiplyExact(frameCount, frameSize());
  }

  /** Reorders frames {@code (n, C, h, w)} to {@code (C, n, h, w)}, as the model wants them. */
  float[] channelMajor(float[] frames) {
    return swapped(frames, frames.length / frameSize(), channels);
  }

  /** Reorders {@code (C, n, h, w)} to frames {@code (n, C, h, w)}. */
  float[] frameMajor(float[] values) {
    return swapped(values, channels, values.length / frameSize());
  }

  private float[] swapped(float[] from, int outer, int inner) {
    float[] to = new float[from.length];
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        System.arraycopy(from, (i * inner + j) * cells(), to, (j * outer + i) * cells(), cells());
      }
    }
    return to;
  }
}
