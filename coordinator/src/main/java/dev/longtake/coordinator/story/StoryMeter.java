package dev.longtake.coordinator.story;

/** Counts what happens to stories. Called on many threads. */
public interface StoryMeter {

  /** An event was journaled. */
  void happened(StoryEvent event);

  /** All frames of a shot are there. */
  void shotDone(boolean reused);
}
