package dev.longtake.loadtest.worker;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What simulated workers do later. Their modelled computing is a timer and no thread. */
public final class Timers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Timers.class);
  private static final int THREADS = 2;

  private final ScheduledThreadPoolExecutor threads =
      new ScheduledThreadPoolExecutor(
          THREADS, Thread.ofPlatform().daemon().name("simulation-", 0).factory());
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Does it after that time. */
  public void after(Duration time, Runnable what) {
    afterNanos(time.toNanos(), what);
  }

  /** Does it after that time. */
  void afterNanos(long nanos, Runnable what) {
    if (!threads.isShutdown()) {
      var _ = threads.schedule(() -> guarded(what), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void guarded(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException | AssertionError e) {
      if (failure.compareAndSet(null, e)) {
        log.error("the simulation itself is broken", e);
      }
    }
  }

  /** The first failure of the simulation itself, in words; empty if there was none. */
  public String failure() {
    Throwable first = failure.get();
    return first == null ? "" : first.toString();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
