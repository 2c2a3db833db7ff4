package dev.longtake.latent;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Names a slab.
 *
 * @param boundaryIndex boundary i lies between chunk i and chunk i + 1
 * @param side which chunk published it
 * @param stepIndex denoise step, from 0
 */
public record SlabKey(String storyId, int shotIndex, int boundaryIndex, Side side, int stepIndex) {

  private static final Pattern STORY_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public SlabKey {
    requireStoryId(storyId);
    require(shotIndex >= 0, "shotIndex is negative: %d", shotIndex);
    require(boundaryIndex >= 0, "boundaryIndex is negative: %d", boundaryIndex);
    requireNonNull(side, "side");
    require(stepIndex >= 0, "stepIndex is negative: %d", stepIndex);
  }

  static void requireStoryId(String storyId) {
    require(
        STORY_ID.matcher(storyId).matches(),
        "storyId: expected 1 to 64 of letters, digits, '.', '_' and '-', found \"%s\"",
        storyId);
  }

  /** Whether it is a slab of this shot. */
  public boolean isOf(String story, int shot) {
    return storyId.equals(story) && shotIndex == shot;
  }
}
