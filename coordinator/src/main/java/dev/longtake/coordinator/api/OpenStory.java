package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import java.util.List;

/**
 * What the door for latents has to know of a story.
 *
 * @param version grows with each change of the story
 * @param tenant whose it is
 * @param shots one per shot; empty before the story is planned
 */
public record OpenStory(
    String storyId, long version, boolean isOpen, String tenant, List<Shot> shots) {

  /**
   * A shot.
   *
   * @param isDenoising whether slabs and checkpoints of it are of use
   * @param attempts per chunk, the how-manieth lease was given last; empty once they are of no use
   */
  public record Shot(boolean isDenoising, List<Integer> attempts) {
    public Shot {
      attempts = List.copyOf(attempts);
    }
  }

  public OpenStory {
    shots = List.copyOf(shots);
  }

  /** What it has to know of a story as it stands. */
  public static OpenStory of(StoryProgress story) {
    return new OpenStory(
        story.storyId(),
        story.eventCount(),
        story.isOpen(),
        story.tenant(),
        story.shots().stream().map(OpenStory::of).toList());
  }

  private static Shot of(ShotProgress shot) {
    boolean isDenoising = shot.latents().isEmpty();
    return new Shot(
        isDenoising,
        isDenoising ? shot.chunks().stream().map(WorkState::attempt).toList() : List.of());
  }
}
