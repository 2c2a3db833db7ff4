package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.moves.Moved;
import java.util.List;

/** What a story's actor tells those around it. */
public sealed interface StoryNews {

  /**
   * The story has changed, or was recovered from the journal, or was asked to say it again.
   *
   * @param slow workers that were slow when they last had something of it
   */
  record Stands(StoryProgress progress, List<WorkerKey> slow) implements StoryNews {
    public Stands {
      slow = List.copyOf(slow);
    }
  }

  /** These events have led from the one to the other, and are journaled. */
  record Happened(StoryProgress before, StoryProgress after, List<StoryEvent> events)
      implements StoryNews {
    public Happened {
      events = List.copyOf(events);
    }
  }

  /** What has just happened was that chunks go elsewhere though their worker is well. */
  record Moves(StoryProgress before, Moved moved) implements StoryNews {}

  /** The actor has stopped: whoever speaks for the story next is somewhere else, or comes later. */
  record Left(String storyId) implements StoryNews {}
}
