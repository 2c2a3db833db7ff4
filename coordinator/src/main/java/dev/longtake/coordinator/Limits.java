package dev.longtake.coordinator;

import dev.longtake.config.Ranges;

/**
 * What is refused rather than taken on or borne.
 *
 * @param workerLosses so many different workers lost one after the other with a piece of work that
 *     comes no further end its story
 */
public record Limits(int openStories, int workers, int workerLosses) {
  public Limits {
    new Ranges()
        .between("openStories", openStories, 1, 100_000)
        .between("workers", workers, 1, 100_000)
        .between("workerLosses", workerLosses, 1, 1_000)
        .check();
  }
}
