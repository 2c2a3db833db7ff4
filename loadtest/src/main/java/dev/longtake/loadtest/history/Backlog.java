package dev.longtake.loadtest.history;

import java.util.OptionalLong;

/**
 * Chunks that were accepted and that no worker has got: whether an idle worker ought to have work.
 * Safe for any number of threads.
 */
public final class Backlog {

  private long waiting;
  private long since;

  /** So many chunks more wait, or less. */
  public synchronized void add(int chunks, long nanoTime) {
    boolean didWait = waiting > 0;
    waiting += chunks;
    if (waiting > 0 && !didWait) {
      since = nanoTime;
    }
  }

  /** Chunks that wait. */
  public synchronized long waiting() {
    return Math.max(0, waiting);
  }

  /**
   * For how long there was both a worker that was idle and a chunk for it, until it got one; empty
   * if no chunk waited.
   *
   * @param idleSince when the worker had nothing more
   */
  public synchronized OptionalLong idleNanos(long idleSince, long nanoTime) {
    return waiting > 0
        ? OptionalLong.of(nanoTime - Math.max(idleSince, since))
        : OptionalLong.empty();
  }
}
