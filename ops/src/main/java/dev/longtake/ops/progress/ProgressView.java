package dev.longtake.ops.progress;

import dev.longtake.story.status.StoryStatus;

/** Shows a person how a story gets on. Used by one thread. */
public interface ProgressView extends AutoCloseable {

  /** Takes in a newer status. */
  void show(StoryStatus status);

  /** Leaves the last status standing. */
  @Override
  void close();
}
