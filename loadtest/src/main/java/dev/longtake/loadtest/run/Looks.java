package dev.longtake.loadtest.run;

import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.farm.Footprint;
import dev.longtake.loadtest.history.Course;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then at what the coordinator takes, beside the run. */
final class Looks implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Looks.class);
  private static final long END_SECONDS = 90;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("looks").factory());
  private final Footprint footprint;
  private final Course course;
  private long start;

  Looks(CoordinatorProcess coordinator, Course course) {
    this.footprint = new Footprint(coordinator);
    this.course = course;
  }

  /** From now on, so often. */
  void begin(Duration every) {
    start = System.nanoTime();
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void look() {
    try {
      double seconds = (System.nanoTime() - start) / 1e9;
      course.add(new Course.Look(seconds, footprint.look()));
    } catch (LongtakeException e) { // A timer that throws never comes again.
      log.warn("one look is missing: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("one look is missing", e);
    }
  }

  /** No more; returns when the last one is done. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
