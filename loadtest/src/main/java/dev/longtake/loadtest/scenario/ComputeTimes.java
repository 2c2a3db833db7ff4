package dev.longtake.loadtest.scenario;

import static dev.longtake.error.Require.require;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How long simulated workers take: a modelled time instead of computing.
 *
 * @param chunk for all steps of a chunk, on average
 * @param segment for a segment
 * @param spread each takes between {@code 1 - spread} and {@code 1 + spread} times that
 */
public record ComputeTimes(Duration chunk, Duration segment, double spread) {

  public ComputeTimes {
    require(!chunk.isNegative(), "chunk is negative: %s", chunk);
    require(!segment.isNegative(), "segment is negative: %s", segment);
    require(spread >= 0 && spread < 1, "spread: expected 0 to less than 1, found %s", spread);
  }

  /** A duration by chance around this one. */
  public Duration drawn(Duration average, SplittableRandom random) {
    double factor = 1 - spread + 2 * spread * random.nextDouble();
    return Duration.ofNanos((long) (average.toNanos() * factor));
  }
}
