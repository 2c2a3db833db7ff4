package dev.longtake.render.transfer;

import java.time.Duration;

/** Runs what waits for the network, so that the engine's thread never does. */
public interface Background {

  /** Runs a task on a thread where it may block; returns at once. */
  void run(Runnable task);

  /** The same, not before {@code delay} has passed. */
  void runAfter(Duration delay, Runnable task);
}
