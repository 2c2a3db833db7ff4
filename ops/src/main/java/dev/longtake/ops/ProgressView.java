package dev.longtake.ops;

import dev.longtake.story.StoryStatus;

/** Shows a person how a story gets on. Used by one thread. */
interface ProgressView extends AutoCloseable {

  /** Takes in a newer status. */
  void show(StoryStatus status);

  /** Leaves the last status standing. */
  @Override
  void close();
}
