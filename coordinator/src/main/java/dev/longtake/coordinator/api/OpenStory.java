package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.digest.Digest;
import dev.longtake.plan.ReferencePicture;
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
   * @param inputs artifacts that its workers read: pictures while it is denoised, then its latents
   */
  public record Shot(boolean isDenoising, List<Integer> attempts, List<Digest> inputs) {
    public Shot {
      attempts = List.copyOf(attempts);
      inputs = List.copyOf(inputs);
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
        isDenoising ? shot.chunks().stream().map(WorkState::attempt).toList() : List.of(),
        shot.latents().map(List::of).orElseGet(() -> pictures(shot)));
  }

  private static List<Digest> pictures(ShotProgress shot) {
    return shot.plan().inputs().prompt().references().stream()
        .map(ReferencePicture::digest)
        .distinct()
        .toList();
  }
}
