package dev.longtake.consistency.look;

import static dev.longtake.error.Require.require;

import dev.longtake.picture.Pixels;

/** Pictures made smaller, cut out, turned to grey and compared. */
public final class Rasters {

  /** Pictures are examined at most this wide: what tells a film's world apart is larger. */
  public static final int WIDTH_MAX = 256;

  private Rasters() {}

  /** The picture at most {@link #WIDTH_MAX} wide: each pixel the mean of a square of them. */
  public static Pixels reduced(Pixels picture) {
    int factor = Math.ceilDiv(picture.width(), WIDTH_MAX);
    return factor == 1 || picture.height() < factor
        ? picture
        : scaled(picture, picture.width() / factor, picture.height() / factor);
  }

  /** The picture in another size: each pixel is the mean of the area that it stands for. */
  static Pixels scaled(Pixels picture, int width, int height) {
    byte[] rgb = new byte[Pixels.COLORS * width * height];
    for (int row = 0; row < height; row++) {
      int top = row * picture.height() / height;
      int bottom = Math.max(top + 1, (row + 1) * picture.height() / height);
      for (int column = 0; column < width; column++) {
        int left = column * picture.width() / width;
        int right = Math.max(left + 1, (column + 1) * picture.width() / width);
        mean(picture, top, bottom, left, right, rgb, Pixels.COLORS * (row * width + column));
      }
    }
    return new Pixels(rgb, width, height);
  }

  private static void mean(
      Pixels picture, int top, int bottom, int left, int right, byte[] target, int at) {
    int count = (bottom - top) * (right - left);
    for (int color = 0; color < Pixels.COLORS; color++) {
      int sum = 0;
      for (int row = top; row < bottom; row++) {
        for (int column = left; column < right; column++) {
          sum += picture.rgb()[Pixels.COLORS * (row * picture.width() + column) + color] & 0xFF;
        }
      }
      target[at + color] = (byte) ((sum + count / 2) / count);
    }
  }

  /** A part of the picture. */
  public static Pixels cut(Pixels picture, Box box) {
    require(
        box.right() <= picture.width() && box.bottom() <= picture.height(),
        "%s is outside of %d x %d",
        box,
        picture.width(),
        picture.height());
    byte[] rgb = new byte[Pixels.COLORS * box.width() * box.height()];
    for (int row = 0; row < box.height(); row++) {
      System.arraycopy(
          picture.rgb(),
          Pixels.COLORS * ((box.top() + row) * picture.width() + box.left()),
          rgb,
          Pixels.COLORS * row * box.width(),
          Pixels.COLORS * box.width());
    }
    return new Pixels(rgb, box.width(), box.height());
  }

  /** The picture as in a mirror. */
  static Pixels mirrored(Pixels picture) {
    int width = picture.width();
    byte[] rgb = new byte[picture.rgb().length];
    for (int i = 0; i < width * picture.height(); i++) {
      int from = i / width * width + width - 1 - i % width;
      System.arraycopy(picture.rgb(), Pixels.COLORS * from, rgb, Pixels.COLORS * i, Pixels.COLORS);
    }
    return new Pixels(rgb, width, picture.height());
  }

  /** Luma after ITU-R BT.709, 0 to 255. */
  public static int[] luma(Pixels picture) {
    byte[] rgb = picture.rgb();
    int[] luma = new int[picture.width() * picture.height()];
    for (int i = 0; i < luma.length; i++) {
      luma[i] =
          (54 * (rgb[3 * i] & 0xFF) + 183 * (rgb[3 * i + 1] & 0xFF) + 19 * (rgb[3 * i + 2] & 0xFF))
              >> 8;
    }
    return luma;
  }

  /** Mean absolute difference of two pictures of one size, 0 to 255. */
  public static double difference(Pixels a, Pixels b) {
    long sum = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      sum += Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF));
    }
    return (double) sum / a.rgb().length;
  }

  /** Mean absolute second difference of three pictures in a row, 0 to 510. */
  public static double secondDifference(Pixels a, Pixels b, Pixels c) {
    long sum = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      sum += Math.abs((a.rgb()[i] & 0xFF) - 2 * (b.rgb()[i] & 0xFF) + (c.rgb()[i] & 0xFF));
    }
    return (double) sum / a.rgb().length;
  }

  /** Variance of the Laplacian of luma: how sharp a picture is. */
  public static double sharpness(int[] luma, int width, int height) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int row = 1; row < height - 1; row++) {
      for (int column = 1; column < width - 1; column++) {
        int at = row * width + column;
        int value =
            luma[at - 1] + luma[at + 1] + luma[at - width] + luma[at + width] - 4 * luma[at];
        sum += value;
        squares += (double) value * value;
        count++;
      }
    }
    return count == 0 ? 0 : squares / count - sum / count * (sum / count);
  }
}
