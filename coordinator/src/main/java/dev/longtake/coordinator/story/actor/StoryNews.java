package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import java.util.List;

/** What a story's actor tells those around it. */
public sealed interface StoryNews {

  /** The story has changed, or was recovered from the journal, or was asked to say it again. */
  record Stands(StoryProgress progress) implements StoryNews {}

  /** These events have led from the one to the other, and are journaled. */
  record Happened(StoryProgress before, StoryProgress after, List<StoryEvent> events)
      implements StoryNews {
    public Happened {
      events = List.copyOf(events);
    }
  }

  /** The actor has stopped: whoever speaks for the story next is somewhere else, or comes later. */
  record Left(String storyId) implements StoryNews {}
}
