package dev.longtake.consistency;

import java.util.Arrays;
import java.util.OptionalDouble;

/** Figures of a row of numbers, one a frame or one a pair of frames. */
final class Series {

  private Series() {}

  /** The middle value; of an even number of values, the mean of the two in the middle. */
  static OptionalDouble median(double[] values) {
    return quantile(values, 0.5);
  }

  /**
   * The value below which this share of the values lies, linear between two of them.
   *
   * @param share 0 to 1
   */
  static OptionalDouble quantile(double[] values, double share) {
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return OptionalDouble.of(sorted[below] + (at - below) * (sorted[above] - sorted[below]));
  }

  /** The mean; 0 of none. */
  static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  /** The mean of the values from {@code from} up to {@code to}, that excluded. */
  static double mean(double[] values, int from, int to) {
    return mean(Arrays.copyOfRange(values, from, to));
  }

  /**
   * How a value compares with the median of those up to {@code reach} away, itself left out.
   *
   * @param still below this median there is nothing to compare with
   */
  static OptionalDouble ratio(double[] values, int at, int reach, double still) {
    if (at < 0 || at >= values.length) {
      return OptionalDouble.empty();
    }
    OptionalDouble median = median(around(values, at, reach));
    return median.isEmpty() || median.getAsDouble() < still
        ? OptionalDouble.empty()
        : OptionalDouble.of(values[at] / median.getAsDouble());
  }

  /** The values up to {@code reach} away from one, that one left out. */
  static double[] around(double[] values, int at, int reach) {
    int from = Math.max(0, at - reach);
    int to = Math.min(values.length, at + reach + 1);
    double[] around = new double[to - from - 1];
    System.arraycopy(values, from, around, 0, at - from);
    System.arraycopy(values, at + 1, around, at - from, to - at - 1);
    return around;
  }

  /** The slope of the straight line of least squares, per element; 0 of fewer than two. */
  static double slope(double[] values) {
    double middle = (values.length - 1) / 2.0;
    double mean = mean(values);
    double together = 0;
    double alone = 0;
    for (int i = 0; i < values.length; i++) {
      together += (i - middle) * (values[i] - mean);
      alone += (i - middle) * (i - middle);
    }
    return alone == 0 ? 0 : together / alone;
  }

  /** The values less the straight line of least squares through them. */
  static double[] detrended(double[] values) {
    double slope = slope(values);
    double mean = mean(values);
    double middle = (values.length - 1) / 2.0;
    double[] rest = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      rest[i] = values[i] - mean - slope * (i - middle);
    }
    return rest;
  }

  /** The energy of the part of the values that swings once in {@code period} elements. */
  static double energyAt(double[] values, double period) {
    double cosine = 0;
    double sine = 0;
    for (int i = 0; i < values.length; i++) {
      double angle = 2 * Math.PI * i / period;
      cosine += values[i] * Math.cos(angle);
      sine += values[i] * Math.sin(angle);
    }
    return values.length == 0 ? 0 : 2 * (cosine * cosine + sine * sine) / values.length;
  }

  /** The sum of squares. */
  static double energy(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }
}
