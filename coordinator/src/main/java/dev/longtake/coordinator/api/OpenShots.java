package dev.longtake.coordinator.api;

import dev.longtake.lease.LeaseToken;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which shots are still denoised: a slab or a checkpoint that comes later would stay in the store
 * for ever. Safe for any number of threads.
 */
public final class OpenShots {

  private final Map<String, OpenStory> open = new ConcurrentHashMap<>();

  /** Takes the newest state of a story; what comes late changes nothing. */
  public void note(OpenStory story) {
    open.compute(
        story.storyId(),
        (storyId, known) -> {
          boolean isLate = known != null && known.version() > story.version();
          OpenStory newest = isLate ? known : story;
          return newest.isOpen() ? newest : null;
        });
  }

  /** Whether this lease of a chunk is the last one given out, of a shot that is denoised now. */
  boolean isCurrent(LeaseToken chunk) {
    OpenStory story = open.get(chunk.storyId());
    return story != null
        && isDenoising(chunk.storyId(), chunk.shotIndex())
        && chunk.index() < story.shots().get(chunk.shotIndex()).attempts().size()
        && story.shots().get(chunk.shotIndex()).attempts().get(chunk.index()) == chunk.attempt();
  }

  boolean isDenoising(String storyId, int shotIndex) {
    OpenStory story = open.get(storyId);
    return story != null
        && shotIndex < story.shots().size()
        && story.shots().get(shotIndex).isDenoising();
  }
}
