package dev.longtake.coordinator.story.actor;

import dev.longtake.story.status.StorySummary;

/** Where the line about each story is kept for those who list stories. */
public interface SummaryBook {

  /**
   * Takes a line in, by and by; must not block.
   *
   * @param eventCount events of the story's journal that the line has taken in
   * @param onWritten called on any thread once this line, or a later one of the story, is there
   */
  void note(StorySummary line, long eventCount, Runnable onWritten);
}
