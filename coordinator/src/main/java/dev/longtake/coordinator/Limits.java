package dev.longtake.coordinator;

import dev.longtake.config.Ranges;

/**
 * What is refused rather than taken on or borne.
 *
 * @param workerLosses so many different workers lost one after the other with a piece of work that
 *     comes no further end its story
 * @param slowPercent a worker whose steps take so much of what they take others is slow, and gives
 *     its chunks to one that has nothing to do
 */
public record Limits(int openStories, int workers, int workerLosses, int slowPercent) {
  public Limits {
    new Ranges()
        .between("openStories", openStories, 1, 100_000)
        .between("workers", workers, 1, 100_000)
        .between("workerLosses", workerLosses, 1, 1_000)
        .between("slowPercent", slowPercent, 150, 1_000_000)
        .check();
  }
}
