package dev.longtake.loadtest.run;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The beat at which a run looks at what has become of it. */
final class Ticks implements AutoCloseable {

  static final Duration BEAT = Duration.ofMillis(250);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticks").factory());
  private final Semaphore ticks = new Semaphore(0);

  Ticks() {
    var _ = thread.scheduleAtFixedRate(ticks::release, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for the next beat. */
  void next() {
    try {
      ticks.acquire();
      ticks.drainPermits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted", e);
    }
  }

  /** Waits until it is so, and says whether it came to that in time. */
  boolean until(BooleanSupplier isSo, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      next();
    }
    return true;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
