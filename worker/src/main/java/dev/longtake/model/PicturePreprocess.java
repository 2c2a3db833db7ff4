package dev.longtake.model;

import static dev.longtake.error.Require.require;

import dev.longtake.picture.Pixels;
import java.util.Arrays;

/**
 * Brings a reference picture to the size of a frame, as the model expects it.
 *
 * <p>Resampling is bilinear with pixel centres at half coordinates ({@code align_corners = false}).
 * When a picture is made smaller, the filter grows with the ratio, so that detail is averaged
 * instead of skipped; when it grows, this is plain bilinear interpolation.
 */
public final class PicturePreprocess {

  private static final int COLORS = Pixels.COLORS;
  private static final float WHITE = 1f;

  private PicturePreprocess() {}

  /**
   * Fits a whole picture inside the frame, centred on white; for characters and props.
   *
   * @return {@code (3, height, width)} in [-1, 1]
   */
  public static float[] fit(Pixels pixels, int width, int height) {
    require(width > 0 && height > 0, "a frame of %d x %d", width, height);
    double scale = Math.min((double) width / pixels.width(), (double) height / pixels.height());
    int innerWidth = Math.clamp((int) (pixels.width() * scale), 1, width);
    int innerHeight = Math.clamp((int) (pixels.height() * scale), 1, height);
    float[] picture = resize(pixels, innerWidth, innerHeight);
    float[] frame = new float[COLORS * height * width];
    Arrays.fill(frame, WHITE);
    int left = (width - innerWidth) / 2;
    int top = (height - innerHeight) / 2;
    for (int color = 0; color < COLORS; color++) {
      for (int y = 0; y < innerHeight; y++) {
        int from = (color * innerHeight + y) * innerWidth;
        int to = (color * height + top + y) * width + left;
        System.arraycopy(picture, from, frame, to, innerWidth);
      }
    }
    return frame;
  }

  /**
   * Fills the frame with the middle of a picture; for scenes. Parameters and result as {@link
   * #fit}.
   */
  public static float[] fill(Pixels pixels, int width, int height) {
    require(width > 0 && height > 0, "a frame of %d x %d", width, height);
    double scale = Math.max((double) width / pixels.width(), (double) height / pixels.height());
    int outerWidth = Math.max(width, (int) Math.round(pixels.width() * scale));
    int outerHeight = Math.max(height, (int) Math.round(pixels.height() * scale));
    float[] picture = resize(pixels, outerWidth, outerHeight);
    float[] frame = new float[COLORS * height * width];
    int left = (outerWidth - width) / 2;
    int top = (outerHeight - height) / 2;
    for (int color = 0; color < COLORS; color++) {
      for (int y = 0; y < height; y++) {
        int from = (color * outerHeight + top + y) * outerWidth + left;
        System.arraycopy(picture, from, frame, (color * height + y) * width, width);
      }
    }
    return frame;
  }

  /** Returns {@code (3, height, width)} in [-1, 1]. */
  private static float[] resize(Pixels pixels, int width, int height) {
    byte[] rgb = pixels.rgb();
    int pictureWidth = pixels.width();
    int pictureHeight = pixels.height();
    Taps columns = Taps.of(pictureWidth, width);
    Taps rows = Taps.of(pictureHeight, height);
    float[] resized = new float[COLORS * height * width];
    float[] narrow = new float[pictureHeight * width];
    for (int color = 0; color < COLORS; color++) {
      for (int y = 0; y < pictureHeight; y++) {
        for (int x = 0; x < width; x++) {
          double sum = 0;
          for (int tap = 0; tap < columns.weights[x].length; tap++) {
            int at = (y * pictureWidth + columns.first[x] + tap) * COLORS + color;
            sum += columns.weights[x][tap] * (rgb[at] & 0xff);
          }
          narrow[y * width + x] = (float) sum;
        }
      }
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double sum = 0;
          for (int tap = 0; tap < rows.weights[y].length; tap++) {
            sum += rows.weights[y][tap] * narrow[(rows.first[y] + tap) * width + x];
          }
          resized[(color * height + y) * width + x] = (float) (sum / 127.5 - 1.0);
        }
      }
    }
    return resized;
  }

  /** For each position along a resized axis: which source positions it mixes, and how. */
  private static final class Taps {

    private final int[] first;
    private final double[][] weights;

    private Taps(int[] first, double[][] weights) {
      this.first = first;
      this.weights = weights;
    }

    static Taps of(int sourceLength, int length) {
      double ratio = (double) sourceLength / length;
      double reach = Math.max(1.0, ratio);
      int[] first = new int[length];
      double[][] weights = new double[length][];
      for (int i = 0; i < length; i++) {
        double center = (i + 0.5) * ratio - 0.5;
        int begin = Math.max(0, (int) Math.ceil(center - reach));
        int end = Math.min(sourceLength - 1, (int) Math.floor(center + reach));
        double[] taps = new double[end - begin + 1];
        double sum = 0;
        for (int tap = 0; tap < taps.length; tap++) {
          taps[tap] = Math.max(0.0, 1.0 - Math.abs(begin + tap - center) / reach);
          sum += taps[tap];
        }
        for (int tap = 0; tap < taps.length; tap++) {
          taps[tap] /= sum;
        }
        first[i] = begin;
        weights[i] = taps;
      }
      return new Taps(first, weights);
    }
  }
}
