package dev.longtake.plan;

import static dev.longtake.error.Require.require;

/**
 * Consecutive latent frames that go through the model in one call; the unit of leasing.
 *
 * @param index within the shot, from 0
 * @param firstLatentFrame within the shot, from 0
 * @param latentFrameCount those shared with neighbours included
 * @param overlapLeft latent frames shared with the chunk before; 0 for the first
 * @param overlapRight latent frames shared with the chunk after; 0 for the last
 */
public record Chunk(
    int index, int firstLatentFrame, int latentFrameCount, int overlapLeft, int overlapRight) {

  public Chunk {
    require(index >= 0, "index is negative: %d", index);
    require(firstLatentFrame >= 0, "firstLatentFrame is negative: %d", firstLatentFrame);
    require(latentFrameCount > 0, "latentFrameCount is not positive: %d", latentFrameCount);
    require(
        overlapLeft >= 0 && overlapRight >= 0 && overlapLeft + overlapRight < latentFrameCount,
        "overlaps %d and %d leave nothing of %d latent frames",
        overlapLeft,
        overlapRight,
        latentFrameCount);
  }

  /** One past its last latent frame. */
  public int endLatentFrame() {
    return Math.addExact(firstLatentFrame, latentFrameCount);
  }
}
