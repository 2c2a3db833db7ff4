package dev.longtake.vae;

/**
 * Moves pixels between pictures and the channels-last frames that the VAE computes on. A patch of
 * {@code p x p} pixels becomes channels in the order {@code c p p + dx p + dy}: the column offset
 * is the slower one, as in the VAE of Wan 2.2.
 *
 * @param patch {@code p}; 1 moves pixels without folding
 */
record PixelPatches(int patch) {

  private static final int COLORS = 3;

  /**
   * Folds frames of a video.
   *
   * @param video {@code (3, frameCount, height, width)}
   * @param first the first frame to take
   * @param count frames to take
   * @return {@code (count, height / p, width / p, 3 p p)}
   */
  float[] fold(float[] video, int frameCount, int first, int count, int height, int width) {
    float[] folded = new float[COLORS * count * height * width];
    int plane = height * width;
    for (int frame = 0; frame < count; frame++) {
      for (int color = 0; color < COLORS; color++) {
        int from = (color * frameCount + first + frame) * plane;
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            folded[index(frame, color, y, x, height, width)] = video[from + y * width + x];
          }
        }
      }
    }
    return folded;
  }

  /**
   * Unfolds frames.
   *
   * @param folded {@code (count, height / p, width / p, 3 p p)}
   * @return {@code (count, height, width, 3)}
   */
  float[] unfold(float[] folded, int count, int height, int width) {
    float[] frames = new float[COLORS * count * height * width];
    int at = 0;
    for (int frame = 0; frame < count; frame++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          for (int color = 0; color < COLORS; color++) {
            frames[at++] = folded[index(frame, color, y, x, height, width)];
          }
        }
      }
    }
    return frames;
  }

  /** Limits values to [-1, 1], in place. */
  static float[] limit(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.clamp(values[i], -1f, 1f);
    }
    return values;
  }

  private int index(int frame, int color, int y, int x, int height, int width) {
    int cell = (frame * (height / patch) + y / patch) * (width / patch) + x / patch;
    return ((cell * COLORS + color) * patch + x % patch) * patch + y % patch;
  }
}
