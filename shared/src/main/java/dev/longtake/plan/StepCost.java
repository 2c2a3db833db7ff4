package dev.longtake.plan;

import static dev.longtake.error.Require.require;

/**
 * What work costs on one worker, as measured there.
 *
 * @param stepSecondsPerLatentFrame one denoise step, guidance included, per latent frame of a chunk
 * @param decodeSecondsPerFrame decoding, per frame kept
 */
public record StepCost(double stepSecondsPerLatentFrame, double decodeSecondsPerFrame) {

  public StepCost {
    require(stepSecondsPerLatentFrame >= 0, "negative step cost: %s", stepSecondsPerLatentFrame);
    require(decodeSecondsPerFrame >= 0, "negative decode cost: %s", decodeSecondsPerFrame);
  }
}
