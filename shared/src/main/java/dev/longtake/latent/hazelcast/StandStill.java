package dev.longtake.latent.hazelcast;

import java.time.Duration;
import java.util.function.LongSupplier;

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
  }

  /** How long the doubt lasts; zero if there is none. */
  synchronized Duration doubt() {
    long now = nanoTime.getAsLong();
    long until = now - lastTick > longest ? now + doubt : clearAt;
    return Duration.ofNanos(Math.max(0, until - now));
  }
}
