package dev.longtake.coordinator.api;

import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /**
   * Whether the lease is one that this has not heard of: what stories tell may be lost on its way
   * from another coordinator.
   */
  boolean isNews(LeaseToken chunk) {
    OpenStory story = open.get(chunk.storyId());
    if (story == null || chunk.shotIndex() >= story.shots().size()) {
      return true;
    }
    List<Integer> attempts = story.shots().get(chunk.shotIndex()).attempts();
    return chunk.index() < attempts.size() && attempts.get(chunk.index()) < chunk.attempt();
  }

  /** Whether this has not heard of the shot, or not any more. */
  boolean isNews(String storyId, int shotIndex) {
    OpenStory story = open.get(storyId);
    return story == null || shotIndex >= story.shots().size();
  }

  /** Whether two chunks of the shot meet there, as far as that is known. */
  boolean mayBeBoundary(String storyId, int shotIndex, int boundaryIndex) {
    OpenStory story = open.get(storyId);
    if (story == null || shotIndex >= story.shots().size()) {
      return true;
    }
    List<Integer> attempts = story.shots().get(shotIndex).attempts();
    return attempts.isEmpty() || boundaryIndex < attempts.size() - 1;
  }

  /** Whose an open story is; empty if this has not heard of it, or not any more. */
  Optional<String> tenant(String storyId) {
    return Optional.ofNullable(open.get(storyId)).map(OpenStory::tenant);
  }

  /** Whether workers read this artifact for an open story of the tenant, as far as is heard. */
  boolean isInput(String tenant, Digest artifact) {
    return open.values().stream()
        .filter(story -> story.tenant().equals(tenant))
        .flatMap(story -> story.shots().stream())
        .anyMatch(shot -> shot.inputs().contains(artifact));
  }

  boolean isDenoising(String storyId, int shotIndex) {
    OpenStory story = open.get(storyId);
    return story != null
        && shotIndex < story.shots().size()
        && story.shots().get(shotIndex).isDenoising();
  }
}
