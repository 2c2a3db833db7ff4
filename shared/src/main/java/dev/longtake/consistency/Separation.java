package dev.longtake.consistency;

import java.util.List;
import java.util.OptionalDouble;

/** How well a figure tells two groups apart. */
final class Separation {

  private Separation() {}

  /**
   * The chance that one of the first group is above one of the second (the area under the ROC
   * curve): 1 tells them apart, 0.5 does not. Empty without anything to compare.
   */
  static OptionalDouble auc(List<Double> above, List<Double> below) {
    if (above.isEmpty() || below.isEmpty()) {
      return OptionalDouble.empty();
    }
    double won = 0;
    for (double high : above) {
      for (double low : below) {
        won += high > low ? 1 : high == low ? 0.5 : 0;
      }
    }
    return OptionalDouble.of(won / above.size() / below.size());
  }
}
