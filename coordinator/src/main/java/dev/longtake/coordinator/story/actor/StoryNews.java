package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryProgress;

/** What a story's actor tells those around it. */
public sealed interface StoryNews {

  /** The story has changed, or was recovered from the journal, or was asked to say it again. */
  record Stands(StoryProgress progress) implements StoryNews {}

  /** The actor has stopped: whoever speaks for the story next is somewhere else, or comes later. */
  record Left(String storyId) implements StoryNews {}
}
