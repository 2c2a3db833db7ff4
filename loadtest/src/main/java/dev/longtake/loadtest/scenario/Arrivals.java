package dev.longtake.loadtest.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * When stories are submitted, whatever becomes of those before (open loop): the gaps are drawn from
 * an exponential distribution, as those of people who know nothing of each other are. Pure.
 */
public final class Arrivals {

  private Arrivals() {}

  /**
   * Times since the start, in order; the same seed gives the same ones.
   *
   * @param over in which they come; zero for all at once
   */
  public static List<Duration> of(int count, Duration over, long seed) {
    var random = new SplittableRandom(seed);
    double[] at = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum -= Math.log(1 - random.nextDouble());
      at[i] = sum;
    }
    // Given how many come, their times are those of a Poisson process scaled to the whole.
    double whole = sum - Math.log(1 - random.nextDouble());
    List<Duration> arrivals = new ArrayList<>();
    for (double time : at) {
      arrivals.add(Duration.ofNanos((long) (over.toNanos() * time / whole)));
    }
    return List.copyOf(arrivals);
  }
}
