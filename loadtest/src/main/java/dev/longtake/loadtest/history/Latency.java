package dev.longtake.loadtest.history;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Durations of one kind, in an HdrHistogram of three digits. Safe for any number of threads.
 *
 * <p>They are to be taken from the moment at which something was due, not from that at which it was
 * begun: else a farm that stands still would be asked less often, and look better (coordinated
 * omission; G. Tene, <i>How NOT to Measure Latency</i>, 2015).
 */
public final class Latency {

  private static final long MICROS_MAX = Duration.ofHours(1).toNanos() / 1000;
  private static final double MICROS_PER_MILLI = 1000;

  private final Histogram micros = new ConcurrentHistogram(MICROS_MAX, 3);

  /** Takes note of a duration. */
  public void add(long nanos) {
    micros.recordValue(Math.clamp(nanos / 1000, 0, MICROS_MAX));
  }

  /** Forgets all of them; nobody may add one meanwhile. */
  void reset() {
    micros.reset();
  }

  /** How many there are, and what they come to in milliseconds: p50, p90, p99, p99.9, max. */
  public Map<String, Double> summary() {
    Map<String, Double> summary = new TreeMap<>();
    summary.put("count", (double) micros.getTotalCount());
    if (micros.getTotalCount() > 0) {
      summary.put("p50", at(50));
      summary.put("p90", at(90));
      summary.put("p99", at(99));
      summary.put("p999", at(99.9));
      summary.put("max", micros.getMaxValue() / MICROS_PER_MILLI);
    }
    return summary;
  }

  private double at(double percentile) {
    return micros.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
  }
}
