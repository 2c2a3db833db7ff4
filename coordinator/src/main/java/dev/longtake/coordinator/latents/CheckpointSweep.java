package dev.longtake.coordinator.latents;

import dev.longtake.error.LongtakeException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes checkpoints that were left behind of stories that have ended: at once when a coordinator
 * starts, soon where the archive was away when something was to be removed, and now and then
 * whatever came too late, as what was still on its way when its story ended.
 */
public final class CheckpointSweep implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CheckpointSweep.class);
  private static final int PAUSE_SECONDS = 5;
  private static final int PAUSES_PER_FULL_SWEEP = 120;

  private final KeptCheckpoints checkpoints;
  private final Predicate<String> hasEnded;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("checkpoint-sweep").factory());
  private int pauses;

  private CheckpointSweep(KeptCheckpoints checkpoints, Predicate<String> hasEnded) {
    this.checkpoints = checkpoints;
    this.hasEnded = hasEnded;
  }

  /** Sweeps from now on. */
  public static CheckpointSweep start(KeptCheckpoints checkpoints, Predicate<String> hasEnded) {
    var sweep = new CheckpointSweep(checkpoints, hasEnded);
    var _ = sweep.timer.scheduleWithFixedDelay(sweep::once, 0, PAUSE_SECONDS, TimeUnit.SECONDS);
    return sweep;
  }

  private void once() {
    try {
      if (pauses++ % PAUSES_PER_FULL_SWEEP == 0) {
        checkpoints.sweep(hasEnded);
      } else {
        checkpoints.sweepUnremoved(hasEnded);
      }
    } catch (LongtakeException e) { // A timer that throws never comes again.
      log.debug("checkpoints were not swept: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("checkpoints were not swept", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
