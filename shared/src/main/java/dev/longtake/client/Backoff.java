package dev.longtake.client;

import static dev.longtake.error.Require.require;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How often and how long a busy other side is asked again: pauses that double, up to a longest.
 *
 * @param retryCount calls after the first one
 * @param first pause before the second call
 * @param longest no pause is longer
 */
public record Backoff(int retryCount, Duration first, Duration longest) {

  /** About a minute in all: enough for a coordinator to be started again. */
  public static final Backoff DEFAULT =
      new Backoff(15, Duration.ofMillis(100), Duration.ofSeconds(5));

  /** About three seconds in all: enough for a hiccup, short enough for a wrong address. */
  public static final Backoff SHORT = new Backoff(5, Duration.ofMillis(100), Duration.ofSeconds(5));

  /** One call, no second. */
  public static final Backoff NONE = new Backoff(0, Duration.ofMillis(1), Duration.ofMillis(1));

  public Backoff {
    require(retryCount >= 0, "retryCount is negative: %d", retryCount);
    require(first.isPositive(), "first is not positive: %s", first);
    require(longest.compareTo(first) >= 0, "longest %s is less than first %s", longest, first);
  }

  /** The pause before retry {@code retry}, from 0. */
  Duration pause(int retry) {
    Duration doubled = first.multipliedBy(1L << Math.min(retry, 20));
    return doubled.compareTo(longest) < 0 ? doubled : longest;
  }

  /**
   * Calls until it succeeds, fails other than {@link ErrorKind#BUSY}, or the retries are used up.
   */
  public <T> T call(Supplier<T> call) {
    for (int retry = 0; ; retry++) {
      try {
        return call.get();
      } catch (LongtakeException e) {
        if (e.code().kind() != ErrorKind.BUSY || retry >= retryCount) {
          throw e;
        }
      }
      rest(pause(retry));
    }
  }

  static void rest(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted between two calls", e);
    }
  }
}
