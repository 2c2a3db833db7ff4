package dev.longtake.coordinator.story;

/** Counts what happens to stories. Called on many threads. */
public interface StoryMeter {

  /** An event was journaled. */
  void happened(StoryEvent event);

  /** Workers reported this many further denoise steps. */
  void stepsDone(int stepCount);

  /** All frames of a shot are there. */
  void shotDone(boolean reused);
}
