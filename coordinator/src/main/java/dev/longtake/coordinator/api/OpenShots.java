package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.StoryProgress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which shots still exchange slabs: a slab that comes later would stay in the store for ever. Safe
 * for any number of threads.
 */
public final class OpenShots {

  private final Map<String, StoryProgress> open = new ConcurrentHashMap<>();

  /** Takes the newest state of a story. */
  public void note(StoryProgress story) {
    if (story.isOpen()) {
      open.put(story.storyId(), story);
    } else {
      open.remove(story.storyId());
    }
  }

  boolean isDenoising(String storyId, int shotIndex) {
    StoryProgress story = open.get(storyId);
    return story != null
        && shotIndex < story.shots().size()
        && story.shots().get(shotIndex).latents().isEmpty();
  }
}
