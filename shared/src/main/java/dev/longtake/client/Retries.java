package dev.longtake.client;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.backoff.Backoff;
import dev.longtake.backoff.Chance;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * How often and how long a busy other side is asked again.
 *
 * @param count calls after the first one
 * @param backoff pauses between them
 */
public record Retries(int count, Backoff backoff) {

  private static final DoubleSupplier CHANCE = Chance.ofProcess();

  private static final Backoff PAUSES = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** About a minute in all: enough for a coordinator to be started again. */
  public static final Retries DEFAULT = new Retries(18, PAUSES);

  /** Two to three seconds in all: enough for a hiccup, short enough for a wrong address. */
  public static final Retries SHORT = new Retries(5, PAUSES);

  /** One call, no second. */
  public static final Retries NONE = new Retries(0, PAUSES);

  public Retries {
    require(count >= 0, "count is negative: %d", count);
    requireNonNull(backoff, "backoff");
  }

  /**
   * Calls until it succeeds, fails other than {@link ErrorKind#BUSY}, or the retries are used up.
   */
  public <T> T call(Supplier<T> call) {
    for (int retry = 0; ; retry++) {
      try {
        return call.get();
      } catch (LongtakeException e) {
        if (e.code().kind() != ErrorKind.BUSY || retry >= count) {
          throw e;
        }
      }
      rest(retry);
    }
  }

  /** Waits before a retry, counted from 0. */
  void rest(int retry) {
    try {
      Thread.sleep(backoff.pause(retry, CHANCE.getAsDouble()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted between two calls", e);
    }
  }
}
