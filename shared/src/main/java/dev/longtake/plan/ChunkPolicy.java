package dev.longtake.plan;

import static dev.longtake.error.Require.require;

/**
 * How shots are cut into chunks; depends on the model alone.
 *
 * @param latentFrameCount most latent frames of a chunk
 * @param overlap latent frames that neighbours share; at most a third, so that at most two chunks
 *     meet anywhere
 */
public record ChunkPolicy(int latentFrameCount, int overlap) {

  public ChunkPolicy {
    require(latentFrameCount > 0, "latentFrameCount is not positive: %d", latentFrameCount);
    require(overlap >= 0, "overlap is negative: %d", overlap);
    require(
        overlap <= latentFrameCount / 3,
        "overlap: expected at most a third of %d latent frames, found %d",
        latentFrameCount,
        overlap);
  }
}
