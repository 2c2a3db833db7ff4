package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryProgress;

/** A story has changed, or was recovered from the journal. */
public record StoryNews(StoryRef ref, StoryProgress progress) {}
