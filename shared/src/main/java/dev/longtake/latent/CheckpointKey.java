package dev.longtake.latent;

import static dev.longtake.error.Require.require;

/**
 * Names a checkpoint: a chunk's state before a step. The attempt that wrote it is no part of the
 * name, because every attempt comes to the same bits.
 *
 * @param stepIndex denoise steps done, at least 1
 */
public record CheckpointKey(String storyId, int shotIndex, int chunkIndex, int stepIndex) {

  public CheckpointKey {
    SlabKey.requireStoryId(storyId);
    require(shotIndex >= 0, "shotIndex is negative: %d", shotIndex);
    require(chunkIndex >= 0, "chunkIndex is negative: %d", chunkIndex);
    require(stepIndex > 0, "stepIndex is not positive: %d", stepIndex);
  }

  /** Whether it is a checkpoint of this shot. */
  public boolean isOf(String story, int shot) {
    return storyId.equals(story) && shotIndex == shot;
  }
}
