package dev.longtake.plan;

import static dev.longtake.error.Require.require;

import dev.longtake.story.FrameSize;

/**
 * How a model's latents lie over the pixels and frames of a film.
 *
 * @param channels of a latent frame
 * @param spatialFactor pixels per latent cell, each way
 * @param temporalFactor frames per latent frame, see {@link Times}
 * @param patchHeight latent cells per token
 * @param patchWidth latent cells per token
 */
public record LatentGeometry(
    int channels, int spatialFactor, int temporalFactor, int patchHeight, int patchWidth) {

  public LatentGeometry {
    require(channels > 0, "channels is not positive: %d", channels);
    require(spatialFactor > 0, "spatialFactor is not positive: %d", spatialFactor);
    require(temporalFactor > 0, "temporalFactor is not positive: %d", temporalFactor);
    require(patchHeight > 0, "patchHeight is not positive: %d", patchHeight);
    require(patchWidth > 0, "patchWidth is not positive: %d", patchWidth);
  }

  /** The smallest size of whole tokens that frames of this size can be cut from. */
  public FrameSize rendered(FrameSize size) {
    return new FrameSize(
        Math.ceilDiv(size.width(), widthStep()) * widthStep(),
        Math.ceilDiv(size.height(), heightStep()) * heightStep());
  }

  /** Widths are multiples of it, in pixels. */
  public int widthStep() {
    return spatialFactor * patchWidth;
  }

  /** Heights are multiples of it, in pixels. */
  public int heightStep() {
    return spatialFactor * patchHeight;
  }

  /** Latent cells down a frame of this size. */
  public int height(FrameSize size) {
    return size.height() / spatialFactor;
  }

  /** Latent cells across a frame of this size. */
  public int width(FrameSize size) {
    return size.width() / spatialFactor;
  }

  /** Numbers of one latent frame {@code (C, h, w)} of frames of this size. */
  public int frameElements(FrameSize size) {
    return channels * height(size) * width(size);
  }
}
