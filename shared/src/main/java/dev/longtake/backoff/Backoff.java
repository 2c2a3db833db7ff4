package dev.longtake.backoff;

import static dev.longtake.error.Require.require;

import java.time.Duration;

/**
 * The pauses between attempts: they double up to a longest, and chance spreads them, so that many
 * who lost the same thing at the same moment do not come back for it at the same moment.
 *
 * @param first before the second attempt, at most
 * @param longest no pause is longer
 */
public record Backoff(Duration first, Duration longest) {

  /** The share of a pause that chance decides. */
  public static final double JITTER = 0.5;

  private static final int DOUBLINGS_MAX = 30;

  public Backoff {
    require(first.isPositive(), "first is not positive: %s", first);
    require(longest.compareTo(first) >= 0, "longest %s is less than first %s", longest, first);
  }

  /**
   * The pause after a failed attempt: between half of what doubling gives, and all of it.
   *
   * @param attempt how many failed before this one, in a row
   * @param chance from 0 to less than 1
   */
  public Duration pause(int attempt, double chance) {
    require(attempt >= 0, "attempt is negative: %d", attempt);
    require(chance >= 0 && chance < 1, "chance: expected 0 to less than 1, found %s", chance);
    Duration doubled = first.multipliedBy(1L << Math.min(attempt, DOUBLINGS_MAX));
    Duration whole = doubled.compareTo(longest) < 0 ? doubled : longest;
    return Duration.ofNanos((long) (whole.toNanos() * (1 - JITTER * chance)));
  }
}
