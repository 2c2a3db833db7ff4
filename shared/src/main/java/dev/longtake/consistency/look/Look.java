package dev.longtake.consistency.look;

import dev.longtake.picture.Pixels;
import java.util.List;

/**
 * How something looks, as vectors of length 1, one a feature.
 *
 * <p>Colour is the square root of the histogram, so that the cosine of two is their Bhattacharyya
 * coefficient. Shape is a histogram of oriented gradients of the cut-out, brought to {@value #SIDE}
 * pixels a side and set on white, in {@value #CELLS} x {@value #CELLS} cells of {@value #ANGLES}
 * directions.
 *
 * @param color by cell of {@link ColorHistogram}
 * @param shape by row, column and direction
 * @param mirrored the shape as in a mirror
 * @see <a href="https://doi.org/10.1109/CVPR.2005.177">Dalal and Triggs, Histograms of Oriented
 *     Gradients for Human Detection, 2005</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Look(double[] color, double[] shape, double[] mirrored) {

  private static final int SIDE = 32;
  private static final int CELLS = 4;
  private static final int ANGLES = 9;
  private static final int WHITE = 255;

  /**
   * The look of a cut-out.
   *
   * @param weights how much each pixel is of what is looked at, 0 to 1
   */
  static Look of(Pixels picture, float[] weights) {
    short[] cells = ColorHistogram.cells(LabPicture.of(picture));
    double[] color = ColorHistogram.of(cells, i -> weights[i]);
    for (int i = 0; i < color.length; i++) {
      color[i] = Math.sqrt(color[i]);
    }
    double[][] square = square(picture, weights);
    double[] shape = shape(square);
    return new Look(unit(color), unit(shape), unit(mirror(shape)));
  }

  /** The cosine of two looks in one feature, 0 to 1; the better of a shape and its mirror image. */
  public double cosine(Look other, Feature feature) {
    return switch (feature) {
      case COLOR -> dot(color, other.color);
      case SHAPE -> Math.max(dot(shape, other.shape), dot(shape, other.mirrored));
    };
  }

  /** The mean of the cosines of the features that are used. */
  public double cosine(Look other) {
    double sum = 0;
    int count = 0;
    for (Feature feature : Feature.values()) {
      if (feature.isUsed()) {
        sum += cosine(other, feature);
        count++;
      }
    }
    return sum / count;
  }

  /** The look on the side from which it is more like another one. */
  public Look aligned(Look other) {
    return dot(shape, other.shape) >= dot(mirrored, other.shape)
        ? this
        : new Look(color, /* shape= */ mirrored, /* mirrored= */ shape);
  }

  /** The features that are used as one vector of length 1; its cosine is the mean of theirs. */
  public double[] vector() {
    double[] vector = new double[color.length + shape.length];
    if (Feature.COLOR.isUsed()) {
      System.arraycopy(color, 0, vector, 0, color.length);
    }
    if (Feature.SHAPE.isUsed()) {
      System.arraycopy(shape, 0, vector, color.length, shape.length);
    }
    return unit(vector);
  }

  /** The direction of the sum of looks. */
  public static double[] centroid(List<Look> looks) {
    double[] sum = new double[0];
    for (Look look : looks) {
      double[] vector = look.vector();
      sum = sum.length == 0 ? new double[vector.length] : sum;
      for (int i = 0; i < vector.length; i++) {
        sum[i] += vector[i];
      }
    }
    return unit(sum);
  }

  /** Luma on white in a square. */
  private static double[][] square(Pixels picture, float[] weights) {
    int[] luma = Rasters.luma(picture);
    double[][] square = new double[SIDE][SIDE];
    for (int row = 0; row < SIDE; row++) {
      int top = row * picture.height() / SIDE;
      int bottom = Math.max(top + 1, (row + 1) * picture.height() / SIDE);
      for (int column = 0; column < SIDE; column++) {
        int left = column * picture.width() / SIDE;
        int right = Math.max(left + 1, (column + 1) * picture.width() / SIDE);
        double sum = 0;
        for (int y = top; y < bottom; y++) {
          for (int x = left; x < right; x++) {
            int at = y * picture.width() + x;
            sum += WHITE + weights[at] * (luma[at] - WHITE);
          }
        }
        square[row][column] = sum / ((bottom - top) * (right - left));
      }
    }
    return square;
  }

  private static double[] shape(double[][] square) {
    double[] shape = new double[CELLS * CELLS * ANGLES];
    int cell = SIDE / CELLS;
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double x = at(square, row, column + 1) - at(square, row, column - 1);
        double y = at(square, row + 1, column) - at(square, row - 1, column);
        double strength = Math.sqrt(Math.hypot(x, y));
        double angle = (Math.atan2(y, x) / Math.PI + 1) % 1 * ANGLES;
        int below = (int) angle % ANGLES;
        double part = angle - (int) angle;
        int at = (row / cell * CELLS + column / cell) * ANGLES;
        shape[at + below] += strength * (1 - part);
        shape[at + (below + 1) % ANGLES] += strength * part;
      }
    }
    return shape;
  }

  /** Beyond the border it goes on as it is there. */
  private static double at(double[][] square, int row, int column) {
    return square[Math.clamp(row, 0, SIDE - 1)][Math.clamp(column, 0, SIDE - 1)];
  }

  private static double[] mirror(double[] shape) {
    double[] mirrored = new double[shape.length];
    for (int i = 0; i < shape.length; i++) {
      int angle = i % ANGLES;
      int column = i / ANGLES % CELLS;
      int row = i / ANGLES / CELLS;
      int at = (row * CELLS + CELLS - 1 - column) * ANGLES + (ANGLES - angle) % ANGLES;
      mirrored[at] = shape[i];
    }
    return mirrored;
  }

  private static double[] unit(double[] vector) {
    double length = Math.sqrt(dot(vector, vector));
    double[] unit = vector.clone();
    for (int i = 0; i < unit.length && length > 0; i++) {
      unit[i] /= length;
    }
    return unit;
  }

  /** The sum of products: of vectors of length 1, their cosine. */
  public static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
