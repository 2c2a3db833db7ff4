package dev.longtake.coordinator.film;

import dev.longtake.consistency.SeamFigures;
import dev.longtake.coordinator.film.SeamMeter.SeamReport;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How much more the picture moves at boundaries than around them; null where nothing is known. */
record ManifestSeams(
    int measured,
    @Nullable Double medianRatio,
    @Nullable Double p95Ratio,
    @Nullable Double maxRatio,
    @Nullable Double medianStepRatio) {

  static ManifestSeams of(List<ShotClip> results) {
    List<Double> ratios = sorted(results, SeamReport::seamRatios);
    boolean none = ratios.isEmpty();
    return new ManifestSeams(
        ratios.size(),
        median(ratios),
        none ? null : rounded(ratios.get((int) Math.ceil(0.95 * ratios.size()) - 1)),
        none ? null : rounded(ratios.getLast()),
        median(sorted(results, SeamReport::stepRatios)));
  }

  private static @Nullable Double median(List<Double> sorted) {
    OptionalDouble median = SeamMeter.median(sorted);
    return median.isPresent() ? rounded(median.getAsDouble()) : null;
  }

  private static List<Double> sorted(
      List<ShotClip> results, Function<SeamReport, List<Double>> ratios) {
    return results.stream()
        .flatMap(result -> ratios.apply(result.seams()).stream())
        .sorted()
        .toList();
  }

  /** What can be seen of a boundary; null where the picture stands still. */
  record BoundaryEntry(
      int frame, @Nullable Double ratio, @Nullable Double jerkRatio, @Nullable Double warpRatio) {

    static BoundaryEntry of(SeamFigures seam) {
      return new BoundaryEntry(
          seam.frame(), known(seam.ratio()), known(seam.jerkRatio()), known(seam.warpRatio()));
    }

    private static @Nullable Double known(OptionalDouble value) {
      return value.isPresent() ? (Double) rounded(value.getAsDouble()) : null;
    }
  }

  /** To four decimals. */
  static double rounded(double value) {
    return Math.rint(value * 10_000) / 10_000;
  }
}
