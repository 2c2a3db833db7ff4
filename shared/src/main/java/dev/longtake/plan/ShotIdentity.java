package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

/**
 * Everything that decides the bytes of a shot's latents and frames, and nothing else: two shots
 * with one {@link ShotKey key} are one result.
 *
 * @param frameCount frames that are kept
 * @param chunkPolicy how the latents are cut for denoising
 * @param segmentPolicy how the latents are cut for decoding
 * @param engineClass what must be equal for equal bits, e.g. {@code cpu-avx512-f32-1}
 * @param noiseVersion of {@link dev.longtake.latent.KeyedNoise}
 * @param exchangeType in which neighbours tell each other of their overlaps, see {@link
 *     dev.longtake.latent.SlabCodec}
 */
public record ShotIdentity(
    ShotInputs inputs,
    int frameCount,
    ChunkPolicy chunkPolicy,
    SegmentPolicy segmentPolicy,
    String engineClass,
    int noiseVersion,
    String exchangeType) {

  public ShotIdentity {
    requireNonNull(inputs, "inputs");
    require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    requireNonNull(chunkPolicy, "chunkPolicy");
    requireNonNull(segmentPolicy, "segmentPolicy");
    requireNonNull(engineClass, "engineClass");
    require(noiseVersion > 0, "noiseVersion is not positive: %d", noiseVersion);
    requireNonNull(exchangeType, "exchangeType");
  }
}
