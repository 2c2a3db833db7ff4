package dev.longtake.latent;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;

/**
 * A chunk's full sampler state between two denoise steps, and what made it.
 *
 * @param stepIndex denoise steps done
 * @param state as the sampler's own codec gives it; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Checkpoints are passed on, never compared.
public record Checkpoint(Origin origin, int stepIndex, byte[] state) {

  public Checkpoint {
    requireNonNull(origin, "origin");
    require(stepIndex > 0, "stepIndex is not positive: %d", stepIndex);
  }

  /**
   * What has to be equal for a checkpoint to be gone on from. The rest of what decides its bits
   * follows from its key: a story pins its shots.
   *
   * @param engineClass of the worker that made it
   * @param modelDigest of the model folder that made it
   * @param frameCount latent frames, reference frames included
   * @param channels latent channels
   * @param height in latent cells
   * @param width in latent cells
   */
  public record Origin(
      String engineClass, Digest modelDigest, int frameCount, int channels, int height, int width) {

    public Origin {
      require(!engineClass.isEmpty(), "engineClass is empty");
      requireNonNull(modelDigest, "modelDigest");
      require(
          frameCount > 0 && channels > 0 && height > 0 && width > 0,
          "expected positive axes, found (%d, %d, %d, %d)",
          frameCount,
          channels,
          height,
          width);
    }

    @Override
    public String toString() {
      return "engine class %s, model %s, (%d, %d, %d, %d)"
          .formatted(engineClass, modelDigest, frameCount, channels, height, width);
    }
  }
}
