package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.lease.LeaseToken;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which shots are still denoised: a slab or a checkpoint that comes later would stay in the store
 * for ever. Safe for any number of threads.
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

  /** Whether this lease of a chunk is the last one given out, of a shot that is denoised now. */
  boolean isCurrent(LeaseToken chunk) {
    StoryProgress story = open.get(chunk.storyId());
    return story != null
        && isDenoising(chunk.storyId(), chunk.shotIndex())
        && chunk.index() < story.shots().get(chunk.shotIndex()).chunks().size()
        && story.shots().get(chunk.shotIndex()).chunks().get(chunk.index()).attempt()
            == chunk.attempt();
  }

  boolean isDenoising(String storyId, int shotIndex) {
    StoryProgress story = open.get(storyId);
    return story != null
        && shotIndex < story.shots().size()
        && story.shots().get(shotIndex).latents().isEmpty();
  }
}
