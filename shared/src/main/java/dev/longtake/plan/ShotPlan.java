package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.Shot;

/**
 * How one shot is rendered.
 *
 * @param filmFirstFrame where in the film its first frame stands
 */
public record ShotPlan(
    Shot shot, ShotIdentity identity, ChunkPlan chunks, SegmentPlan segments, int filmFirstFrame) {

  public ShotPlan {
    requireNonNull(shot, "shot");
    requireNonNull(segments, "segments");
    require(
        chunks.latentFrameCount() == identity.inputs().latentFrameCount(),
        "chunks cover %d latent frames of %d",
        chunks.latentFrameCount(),
        identity.inputs().latentFrameCount());
    require(
        segments.frameCount() == identity.frameCount(),
        "segments cover %d frames of %d",
        segments.frameCount(),
        identity.frameCount());
  }

  /** What a worker has to know of it. */
  public ShotInputs inputs() {
    return identity.inputs();
  }

  /** Names its result by everything that goes into it. */
  public Digest key() {
    return ShotKey.of(identity);
  }

  /** Within the story, from 0. */
  public int shotIndex() {
    return inputs().address().shotIndex();
  }

  /** Frames of the shot. */
  public int frameCount() {
    return identity.frameCount();
  }

  /** Latent frames of the shot. */
  public int latentFrameCount() {
    return inputs().latentFrameCount();
  }

  /** Denoise steps over all chunks. */
  public int stepCount() {
    return chunks.chunks().size() * inputs().sampling().stepCount();
  }

  /** Latent frames that go through the model at every step: those in overlaps count twice. */
  public int denoisedLatentFrameCount() {
    return chunks.chunks().stream().mapToInt(Chunk::latentFrameCount).sum();
  }
}
