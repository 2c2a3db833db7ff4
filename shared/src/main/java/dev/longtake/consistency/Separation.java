package dev.longtake.consistency;

import java.util.Arrays;
import java.util.OptionalDouble;

/** How well a figure tells two groups apart. */
final class Separation {

  private Separation() {}

  /**
   * The chance that one of the first group is above one of the second (the area under the ROC
   * curve): 1 tells them apart, 0.5 does not. Empty without anything to compare.
   */
  static OptionalDouble auc(double[] above, double[] below) {
    if (above.length == 0 || below.length == 0) {
      return OptionalDouble.empty();
    }
    double[] sorted = below.clone();
    Arrays.sort(sorted);
    double won = 0;
    for (double high : above) {
      // Those below are beaten, those that are equal count half.
      won += (first(sorted, high, false) + first(sorted, high, true)) / 2.0;
    }
    return OptionalDouble.of(won / above.length / below.length);
  }

  /** Index of the first of the sorted values that is at least, or above, the limit. */
  private static int first(double[] sorted, double limit, boolean isAbove) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < limit || (isAbove && sorted[middle] == limit)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
