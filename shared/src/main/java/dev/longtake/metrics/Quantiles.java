package dev.longtake.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.List;

/**
 * Where what a histogram has seen lies, since the process began: as near as its buckets tell, and
 * as Prometheus' {@code histogram_quantile} does it, evenly within a bucket.
 *
 * @param count how many were seen
 * @param median half of them were below it; 0 without any
 * @param high 99 of 100 were below it; 0 without any
 */
public record Quantiles(long count, double median, double high) {

  private static final double MEDIAN = 0.5;
  private static final double HIGH = 0.99;

  /** Of a histogram without labels, in its unit. */
  public static Quantiles of(Histogram histogram) {
    List<HistogramDataPointSnapshot> points = histogram.collect().getDataPoints();
    return points.isEmpty() ? new Quantiles(0, 0, 0) : of(points.getFirst().getClassicBuckets());
  }

  private static Quantiles of(ClassicHistogramBuckets buckets) {
    long count = buckets.stream().mapToLong(bucket -> bucket.getCount()).sum();
    return new Quantiles(count, at(buckets, count, MEDIAN), at(buckets, count, HIGH));
  }

  /** Of what is above the last bound no more is known than that. */
  private static double at(ClassicHistogramBuckets buckets, long count, double share) {
    double rank = share * count;
    double below = 0;
    double lower = 0;
    for (int i = 0; i < buckets.size(); i++) {
      double upper = buckets.getUpperBound(i);
      double here = buckets.getCount(i);
      if (here > 0 && below + here >= rank) {
        return Double.isInfinite(upper) ? lower : lower + (upper - lower) * (rank - below) / here;
      }
      below += here;
      lower = upper;
    }
    return 0;
  }
}
