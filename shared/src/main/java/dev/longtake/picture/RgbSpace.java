package dev.longtake.picture;

import java.util.List;

/**
 * What red, green and blue of a picture are: primaries with their white, and how light is coded.
 *
 * @param toSrgb from its light to sRGB's, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record RgbSpace(double[] toSrgb, Transfer red, Transfer green, Transfer blue) {

  private static final double MATRIX_TOLERANCE = 0.002;

  /** sRGB's light as XYZ adapted to D50, as every ICC profile of it says. */
  private static final double[] SRGB_TO_D50 = {
    0.4360747, 0.3850649, 0.1430804,
    0.2225045, 0.7168786, 0.0606169,
    0.0139322, 0.0971045, 0.7141733,
  };

  private static final double[] D50_TO_SRGB = inverse(SRGB_TO_D50);
  private static final double[] D50 = {0.9642957, 1, 0.8251046};

  /** Bradford's cone responses, in which a white is adapted to another. */
  private static final double[] CONES = {
    0.8951, 0.2664, -0.1614,
    -0.7502, 1.7135, 0.0367,
    0.0389, -0.0685, 1.0296,
  };

  /** A space of an ICC profile: its columns as XYZ adapted to D50. */
  static RgbSpace ofD50(double[] toD50, Transfer red, Transfer green, Transfer blue) {
    return new RgbSpace(product(D50_TO_SRGB, toD50), red, green, blue);
  }

  /**
   * A space of these chromaticities.
   *
   * @param xy of white, red, green and blue
   */
  static RgbSpace ofChromaticities(double[] xy, Transfer transfer) {
    double[] white = xyz(xy[0], xy[1]);
    double[] primaries = new double[9];
    for (int color = 0; color < 3; color++) {
      double[] column = xyz(xy[2 + 2 * color], xy[3 + 2 * color]);
      for (int row = 0; row < 3; row++) {
        primaries[3 * row + color] = column[row];
      }
    }
    double[] amounts = times(inverse(primaries), white);
    for (int i = 0; i < 9; i++) {
      primaries[i] *= amounts[i % 3];
    }
    return ofD50(product(adaptation(white), primaries), transfer, transfer, transfer);
  }

  private static double[] xyz(double x, double y) {
    return new double[] {x / y, 1, (1 - x - y) / y};
  }

  private static double[] adaptation(double[] white) {
    double[] from = times(CONES, white);
    double[] to = times(CONES, D50);
    double[] scaled = new double[9];
    for (int i = 0; i < 9; i++) {
      scaled[i] = CONES[i] * to[i / 3] / from[i / 3];
    }
    return product(inverse(CONES), scaled);
  }

  /** How samples of a picture become sRGB; what is sRGB already stays what it is. */
  ColorTransform transform(int channels, int sampleMax) {
    boolean isSrgb = red.isSrgb() && green.isSrgb() && blue.isSrgb();
    for (int i = 0; i < 9; i++) {
      isSrgb &= Math.abs(toSrgb[i] - (i % 4 == 0 ? 1 : 0)) < MATRIX_TOLERANCE;
    }
    return isSrgb
        ? new CodedAsSrgb(channels, sampleMax)
        : new LightTransform(toSrgb, List.of(red, green, blue), channels, sampleMax);
  }

  /** Whether all of it can be computed with. */
  boolean isSound() {
    for (double value : toSrgb) {
      if (!(Math.abs(value) < 1000)) {
        return false;
      }
    }
    return true;
  }

  private static double[] times(double[] matrix, double[] vector) {
    double[] out = new double[3];
    for (int i = 0; i < 9; i++) {
      out[i / 3] += matrix[i] * vector[i % 3];
    }
    return out;
  }

  private static double[] product(double[] a, double[] b) {
    double[] out = new double[9];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        for (int k = 0; k < 3; k++) {
          out[3 * row + column] += a[3 * row + k] * b[3 * k + column];
        }
      }
    }
    return out;
  }

  private static double[] inverse(double[] m) {
    double[] out = new double[9];
    double determinant = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        int a = (i + 1) % 3;
        int b = (i + 2) % 3;
        int c = (j + 1) % 3;
        int d = (j + 2) % 3;
        out[3 * j + i] = m[3 * a + c] * m[3 * b + d] - m[3 * a + d] * m[3 * b + c];
      }
    }
    for (int i = 0; i < 3; i++) {
      determinant += m[i] * out[3 * i];
    }
    for (int i = 0; i < 9; i++) {
      out[i] /= determinant;
    }
    return out;
  }
}
