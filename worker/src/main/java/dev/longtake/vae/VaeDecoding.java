package dev.longtake.vae;

import static dev.longtake.error.Require.require;

import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import java.util.List;

/**
 * A video being decoded, latent frame after latent frame. How the frames are grouped into pieces
 * changes speed and memory, not the picture (but for rounding).
 */
final class VaeDecoding implements AutoCloseable {

  private final VaeStream stream;
  private final List<VaeLayer> decoder;
  private final VaeConfig config;
  private final PixelPatches patches;
  private final LatentNormalisation normalisation;
  private final int height;
  private final int width;
  private boolean isStarted;

  VaeDecoding(VaeStream stream, List<VaeLayer> decoder, VaeConfig config, int height, int width) {
    require(height > 0 && width > 0, "latents of %d x %d cells", width, height);
    this.stream = stream;
    this.decoder = decoder;
    this.config = config;
    this.patches = new PixelPatches(config.patchSize());
    this.normalisation = new LatentNormalisation(config.latentsMean(), config.latentsStd());
    this.height = height;
    this.width = width;
  }

  /**
   * Decodes the next latent frames of the video.
   *
   * @param latents {@code (C, frameCount, height, width)}, normalised
   * @param first the first latent frame to take from {@code latents}
   * @param count how many to take
   * @return {@code (frames, height * factor, width * factor, 3)}, outside [-1, 1] where the decoder
   *     puts it there: {@code temporalFactor} frames for each latent frame, but one for the very
   *     first of the video
   */
  public float[] next(float[] latents, int frameCount, int first, int count) {
    int plane = height * width;
    require(
        latents.length == (long) config.latentChannels() * frameCount * plane,
        "latents (%d, %d, %d, %d) have %d values",
        config.latentChannels(),
        frameCount,
        height,
        width,
        latents.length);
    require(
        first >= 0 && count > 0 && first + count <= frameCount,
        "latent frames %d to %d do not lie in 0 to %d",
        first,
        first + count,
        frameCount);
    int factor = config.spatialFactor();
    try (Workspace.Scope _ = stream.workspace().scope()) {
      Tensor x = stream.workspace().take(count, height, width, config.latentChannels());
      stream.backend().write(x, normalisation.frames(latents, frameCount, first, count, plane), 0);
      Tensor y = VaeLayer.applyAll(decoder, stream, x);
      float[] folded = new float[Math.toIntExact(y.elementCount())];
      stream.backend().read(y, folded, 0);
      isStarted = true;
      return patches.unfold(folded, y.dim(0), height * factor, width * factor);
    }
  }

  /** Whether the first latent frame, the one that stands for a single frame, is behind. */
  public boolean isStarted() {
    return isStarted;
  }

  /** Frees what the layers remember. */
  @Override
  public void close() {
    stream.close();
  }
}
