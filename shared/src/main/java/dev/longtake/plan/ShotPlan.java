package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.Shot;

/**
 * How one shot is rendered.
 *
 * @param key names its result by everything that goes into it, see {@link ShotKey}
 * @param filmFirstFrame where in the film its first frame stands
 */
public record ShotPlan(
    Shot shot,
    int shotIndex,
    int latentFrameCount,
    ChunkPlan chunks,
    SegmentPlan segments,
    ShotInputs inputs,
    Digest key,
    int filmFirstFrame) {

  public ShotPlan {
    requireNonNull(shot, "shot");
    requireNonNull(segments, "segments");
    requireNonNull(inputs, "inputs");
    requireNonNull(key, "key");
    require(
        chunks.latentFrameCount() == latentFrameCount,
        "chunks cover %d latent frames of %d",
        chunks.latentFrameCount(),
        latentFrameCount);
  }

  /** Frames of the shot. */
  public int frameCount() {
    return shot.frameCount();
  }

  /** Denoise steps over all chunks. */
  public int stepCount() {
    return chunks.chunks().size() * inputs.stepCount();
  }

  /** Latent frames that go through the model at every step: those in overlaps count twice. */
  public int denoisedLatentFrameCount() {
    return chunks.chunks().stream().mapToInt(Chunk::latentFrameCount).sum();
  }
}
