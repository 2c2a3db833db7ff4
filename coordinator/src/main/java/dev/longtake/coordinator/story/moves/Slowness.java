package dev.longtake.coordinator.story.moves;

import static dev.longtake.error.Require.require;

import java.time.Duration;

/**
 * From when on a worker is too slow for what it holds.
 *
 * @param percent of what a step would take others; above it a worker is slow
 * @param handOver what it takes another worker to begin, beside the steps that it does again
 */
public record Slowness(int percent, Duration handOver) {

  /** What is so where nobody has said otherwise. */
  public static final Slowness DEFAULT = new Slowness(250, Duration.ofSeconds(10));

  public Slowness {
    require(percent > 100, "percent is not above 100: %d", percent);
    require(!handOver.isNegative(), "handOver is negative: %s", handOver);
  }

  /** Whether one that takes so long is slow where others take so long. */
  boolean isSlow(double own, double others) {
    return own * 100 >= others * percent;
  }

  double handOverSeconds() {
    return handOver.toNanos() / 1e9;
  }
}
