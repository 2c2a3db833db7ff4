package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryTask;

/** Where stories' tasks run: on threads that may wait, where no kind of task waits for another. */
@FunctionalInterface
public interface TaskThreads {

  /** Runs it as soon as one of the kind's threads is free; must not block. */
  void run(StoryTask.Kind kind, Runnable task);
}
