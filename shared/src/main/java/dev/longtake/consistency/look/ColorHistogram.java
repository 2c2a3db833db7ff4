package dev.longtake.consistency.look;

import java.util.function.IntToDoubleFunction;

/**
 * How much of a picture has which colour: {@value #LIGHTNESS} x {@value #CHROMA} x {@value #CHROMA}
 * cells of CIELAB. Smooth: a colour at a cell's border lies half in the next one, so that no small
 * change makes a large one.
 */
public final class ColorHistogram {

  private static final int LIGHTNESS = 8;
  private static final int CHROMA = 16;
  private static final float CHROMA_STEP = 11;
  private static final int STRIDE_A = CHROMA;
  private static final int STRIDE_L = CHROMA * CHROMA;

  /** Cells of a histogram. */
  public static final int CELLS = LIGHTNESS * CHROMA * CHROMA;

  private ColorHistogram() {}

  /** The cell of each pixel. */
  public static short[] cells(LabPicture picture) {
    short[] cells = new short[picture.l().length];
    for (int i = 0; i < cells.length; i++) {
      int l = Math.clamp((int) (picture.l()[i] * LIGHTNESS / 100), 0, LIGHTNESS - 1);
      int a = chroma(picture.a()[i]);
      int b = chroma(picture.b()[i]);
      cells[i] = (short) (l * STRIDE_L + a * STRIDE_A + b);
    }
    return cells;
  }

  private static int chroma(float value) {
    return Math.clamp((int) Math.floor(value / CHROMA_STEP) + CHROMA / 2, 0, CHROMA - 1);
  }

  /**
   * The shares of all cells, smoothed; they add up to 1, or to 0 where no pixel counts.
   *
   * @param weight what the pixel at an index counts, at least 0
   */
  public static double[] of(short[] cells, IntToDoubleFunction weight) {
    double[] counts = new double[CELLS];
    double sum = 0;
    for (int i = 0; i < cells.length; i++) {
      double counted = weight.applyAsDouble(i);
      counts[cells[i]] += counted;
      sum += counted;
    }
    if (sum > 0) {
      for (int i = 0; i < CELLS; i++) {
        counts[i] /= sum;
      }
    }
    return smooth(smooth(smooth(counts, 1, CHROMA), STRIDE_A, CHROMA), STRIDE_L, LIGHTNESS);
  }

  /** A quarter of each cell goes to either neighbour along one axis; at an end it stays. */
  private static double[] smooth(double[] counts, int stride, int length) {
    double[] result = new double[CELLS];
    for (int i = 0; i < CELLS; i++) {
      double value = counts[i];
      if (value == 0) {
        continue;
      }
      int at = i / stride % length;
      result[i] += value / 2;
      result[at == 0 ? i : i - stride] += value / 4;
      result[at == length - 1 ? i : i + stride] += value / 4;
    }
    return result;
  }

  /** The shares of the same colours in another light: so many cells of lightness up or down. */
  static double[] inLight(double[] shares, int steps) {
    double[] shifted = new double[CELLS];
    for (int i = 0; i < CELLS; i++) {
      int lightness = Math.clamp(i / STRIDE_L + steps, 0, LIGHTNESS - 1);
      shifted[lightness * STRIDE_L + i % STRIDE_L] += shares[i];
    }
    return shifted;
  }

  /** The share of one whose colours the other does not have: 0 the same colours, 1 none. */
  public static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum / 2;
  }
}
