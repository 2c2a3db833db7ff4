package dev.longtake.render;

/**
 * The two orders in which latents are stored. The farm keeps them frame by frame, {@code (T, C, h,
 * w)}, so that a run of frames is one slice: noise, slabs, artifacts. The model wants channels
 * first, {@code (C, T, h, w)}.
 */
final class LatentLayout {

  private LatentLayout() {}

  /** Reorders {@code (T, C, cells)} to {@code (C, T, cells)}. */
  static void toChannelMajor(float[] frames, float[] out, int frameCount, int channels, int cells) {
    swap(frames, out, frameCount, channels, cells);
  }

  /** Reorders {@code (C, T, cells)} to {@code (T, C, cells)}. */
  static void toFrameMajor(
      float[] channelMajor, float[] out, int frameCount, int channels, int cells) {
    swap(channelMajor, out, channels, frameCount, cells);
  }

  private static void swap(float[] from, float[] to, int outer, int inner, int cells) {
    if (from.length != outer * inner * cells || to.length != from.length) {
      throw new IllegalArgumentException(
          "expected %d x %d x %d values, found %d and %d"
              .formatted(outer, inner, cells, from.length, to.length));
    }
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        System.arraycopy(from, (i * inner + j) * cells, to, (j * outer + i) * cells, cells);
      }
    }
  }
}
