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
   * What has to be equal for a checkpoint to be gone on from: all that decides its bits, so that
   * one that was left behind by another farm is never taken for one of this.
   *
   * @param engineClass of the worker that made it
   * @param chunkDigest of the chunk: its model, prompt, seed, settings and place in the shot
   * @param frameCount latent frames, reference frames included
   * @param channels latent channels
   * @param height in latent cells
   * @param width in latent cells
   */
  public record Origin(
      String engineClass, Digest chunkDigest, int frameCount, int channels, int height, int width) {

    public Origin {
      require(!engineClass.isEmpty(), "engineClass is empty");
      requireNonNull(chunkDigest, "chunkDigest");
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
      return "engine class %s, chunk %s, (%d, %d, %d, %d)"
          .formatted(engineClass, chunkDigest, frameCount, channels, height, width);
    }
  }
}
