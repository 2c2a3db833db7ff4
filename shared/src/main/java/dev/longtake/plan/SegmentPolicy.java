package dev.longtake.plan;

import static dev.longtake.error.Require.require;

/**
 * How a shot's latents are cut for decoding; depends on the model alone.
 *
 * @param latentFrameCount latent frames of a segment; the last one of a shot may be shorter
 * @param halo latent frames decoded before a segment and thrown away; at least one, because a
 *     decoder gives a single frame for the first latent frame it sees
 */
public record SegmentPolicy(int latentFrameCount, int halo) {

  public SegmentPolicy {
    require(latentFrameCount > 0, "latentFrameCount is not positive: %d", latentFrameCount);
    require(halo > 0, "halo is not positive: %d", halo);
  }
}
