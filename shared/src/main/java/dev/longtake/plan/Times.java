package dev.longtake.plan;

import static dev.longtake.error.Require.require;

/**
 * The two time axes. The first latent frame of a shot stands for one frame, every further one for
 * {@code temporalFactor} (Wan: 4).
 */
public final class Times {

  private Times() {}

  /** Latent frames that {@code frameCount} frames need: {@code ceil((frames - 1) / t) + 1}. */
  public static int latentFrameCount(int frameCount, int temporalFactor) {
    require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    require(temporalFactor > 0, "temporalFactor is not positive: %d", temporalFactor);
    return Math.ceilDiv(frameCount - 1, temporalFactor) + 1;
  }

  /** Frames that the first {@code latentFrameCount} latent frames of a shot stand for. */
  public static int frameCount(int latentFrameCount, int temporalFactor) {
    require(latentFrameCount >= 0, "latentFrameCount is negative: %d", latentFrameCount);
    require(temporalFactor > 0, "temporalFactor is not positive: %d", temporalFactor);
    return latentFrameCount == 0 ? 0 : 1 + (latentFrameCount - 1) * temporalFactor;
  }
}
