package dev.longtake.latent.hazelcast;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that this process has stood still, as one that was frozen: what it meant to do before may
 * be wrong by now, because the others may have given it up and gone on. If they have, it is ended
 * before long; so whatever cannot be taken back waits until that would have happened.
 *
 * <p>Safe for several threads.
 */
final class StandStill {

  private final LongSupplier nanoTime;
  private final long longest;
  private final long doubt;
  private long lastTick;
  private long clearAt;
  private @Nullable CompletableFuture<Void> cleared;

  /**
   * It moves.
   *
   * @param longest between two ticks; no longer than others wait for a process that is silent
   * @param doubt longer than it takes until a process that was given up is ended
   */
  StandStill(LongSupplier nanoTime, Duration longest, Duration doubt) {
    this.nanoTime = nanoTime;
    this.longest = longest.toNanos();
    this.doubt = doubt.toNanos();
    this.lastTick = nanoTime.getAsLong();
    this.clearAt = lastTick;
  }

  /** To be called by a timer, several times within the longest time between two. */
  synchronized void tick() {
    long now = nanoTime.getAsLong();
    if (now - lastTick > longest) {
      clearAt = now + doubt;
    }
    lastTick = now;
    if (cleared != null && now - clearAt >= 0) {
      cleared.complete(null);
      cleared = null;
    }
  }

  /** Whether the process stands still, or has not long ago. */
  synchronized boolean isDoubtful() {
    long now = nanoTime.getAsLong();
    return now - lastTick > longest || now - clearAt < 0;
  }

  /** Ends when there is no doubt. */
  synchronized CompletableFuture<Void> clear() {
    if (!isDoubtful()) {
      return CompletableFuture.completedFuture(null);
    }
    if (cleared == null) {
      cleared = new CompletableFuture<>();
    }
    return cleared;
  }
}
