package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ShotInputs;

/** A piece of work that a worker can be ordered to do. */
public sealed interface Work {

  /** The shot that it is part of. */
  ShotInputs shot();

  /**
   * Denoise one chunk, in step with its neighbours.
   *
   * @param firstLatentFrame within the shot, from 0
   * @param overlapLeft latent frames shared with the chunk before; 0 for the first
   * @param overlapRight latent frames shared with the chunk after; 0 for the last
   * @param leftIsRemote whether that neighbour is leased to another worker, so that slabs go
   *     through the store
   * @param checkpoints where it goes on, and how often its state is kept
   */
  record DenoiseChunk(
      ShotInputs shot,
      int firstLatentFrame,
      int latentFrameCount,
      int overlapLeft,
      int overlapRight,
      boolean leftIsRemote,
      boolean rightIsRemote,
      CheckpointPlan checkpoints)
      implements Work {

    public DenoiseChunk {
      requireNonNull(shot, "shot");
      require(
          firstLatentFrame >= 0
              && latentFrameCount > 0
              && latentFrameCount <= shot.latentFrameCount() - firstLatentFrame,
          "chunk of %d latent frames from %d on leaves the shot's %d",
          latentFrameCount,
          firstLatentFrame,
          shot.latentFrameCount());
      require(
          overlapLeft >= 0 && overlapRight >= 0 && overlapLeft + overlapRight <= latentFrameCount,
          "overlaps %d and %d do not fit into %d latent frames",
          overlapLeft,
          overlapRight,
          latentFrameCount);
      require(
          checkpoints.resumeStep() < shot.sampling().stepCount(),
          "resumeStep: expected less than %d steps, found %d",
          shot.sampling().stepCount(),
          checkpoints.resumeStep());
    }
  }

  /**
   * Decode a run of a finished shot's latents to frames.
   *
   * @param firstLatentFrame first latent frame that the kept frames stand for
   * @param latentFrameCount latent frames that the kept frames stand for
   * @param halo latent frames decoded before them and thrown away
   * @param latentsDigest artifact of the whole shot's final latents
   * @param frameCount frames kept; the last segment of a shot may keep fewer than it decodes
   */
  record DecodeSegment(
      ShotInputs shot,
      int firstLatentFrame,
      int latentFrameCount,
      int halo,
      Digest latentsDigest,
      int frameCount)
      implements Work {

    public DecodeSegment {
      requireNonNull(shot, "shot");
      require(
          firstLatentFrame >= 0
              && latentFrameCount > 0
              && latentFrameCount <= shot.latentFrameCount() - firstLatentFrame,
          "segment of %d latent frames from %d on leaves the shot's %d",
          latentFrameCount,
          firstLatentFrame,
          shot.latentFrameCount());
      require(
          halo >= 0 && halo <= firstLatentFrame,
          "halo: expected 0 to %d latent frames, found %d",
          firstLatentFrame,
          halo);
      requireNonNull(latentsDigest, "latentsDigest");
      require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    }
  }
}
