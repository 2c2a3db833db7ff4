package dev.longtake.render;

import java.util.SplittableRandom;

/** Draws what a {@link DraftFit} learns from: plain things of all colours on a plain ground. */
final class DraftPicture {

  private static final int THINGS = 24;

  private DraftPicture() {}

  /**
   * Draws a picture.
   *
   * @param size pixels, each way
   * @return {@code (3, size, size)} in [-1, 1]
   */
  static float[] draw(int size, SplittableRandom random) {
    float[] picture = new float[3 * size * size];
    float[] top = color(random);
    float[] bottom = color(random);
    for (int i = 0; i < picture.length; i++) {
      int rgb = i / (size * size);
      float down = (float) (i / size % size) / (size - 1);
      picture[i] = top[rgb] + down * (bottom[rgb] - top[rgb]);
    }
    for (int i = 0; i < THINGS; i++) {
      put(picture, size, random);
    }
    return picture;
  }

  /** Anything from dark to light, more often pale than loud, as films are. */
  private static float[] color(SplittableRandom random) {
    double light = random.nextDouble(-1, 1);
    double loud = random.nextDouble();
    float[] color = new float[3];
    for (int rgb = 0; rgb < 3; rgb++) {
      color[rgb] = (float) Math.clamp(light + loud * random.nextDouble(-1, 1), -1, 1);
    }
    return color;
  }

  /** A disc or a box somewhere. */
  private static void put(float[] picture, int size, SplittableRandom random) {
    float[] color = color(random);
    boolean isRound = random.nextBoolean();
    int centerX = random.nextInt(size);
    int centerY = random.nextInt(size);
    int reach = random.nextInt(size / 32, size / 5);
    for (int y = Math.max(0, centerY - reach); y < Math.min(size, centerY + reach); y++) {
      for (int x = Math.max(0, centerX - reach); x < Math.min(size, centerX + reach); x++) {
        int dx = x - centerX;
        int dy = y - centerY;
        if (!isRound || dx * dx + dy * dy < reach * reach) {
          for (int rgb = 0; rgb < 3; rgb++) {
            picture[(rgb * size + y) * size + x] = color[rgb];
          }
        }
      }
    }
  }
}
