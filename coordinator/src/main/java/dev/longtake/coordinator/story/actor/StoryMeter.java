package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StoryEvent;

/** Counts what happens to stories. Called on many threads. */
public interface StoryMeter {

  /** An event was journaled. */
  void happened(StoryEvent event);

  /** So many chunks went back to waiting though their worker was well. */
  void moved(Why why, int chunks);

  /** So many shots more, or fewer, stand still. */
  void still(int change);

  /** All frames of a shot are there. */
  void shotDone(boolean reused);
}
