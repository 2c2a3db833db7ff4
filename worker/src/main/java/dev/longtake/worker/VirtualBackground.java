package dev.longtake.worker;

import dev.longtake.render.transfer.Background;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One virtual thread for each task. How many there are is bounded by those who ask. */
final class VirtualBackground implements Background, AutoCloseable {

  private final ExecutorService tasks =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("background-", 0).factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("background-timer").factory());

  @Override
  public void run(Runnable task) {
    try {
      tasks.execute(task);
    } catch (RejectedExecutionException _) {
      // Closed: nobody waits for it any more.
    }
  }

  @Override
  public void runAfter(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> _ = timer.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // Closed: nobody waits for it any more.
    }
  }

  /** Stops at once; what waits is interrupted. */
  @Override
  public void close() {
    timer.shutdownNow();
    tasks.shutdownNow();
  }
}
