package dev.longtake.coordinator.draft;

import dev.longtake.coordinator.story.StoryDetail.Drafting;
import dev.longtake.denoise.SamplerStateForm;
import dev.longtake.denoise.SigmaSchedule;
import dev.longtake.denoise.TimestepRule;
import dev.longtake.latent.KeyedNoise;

/**
 * Tells from a sampler's state what the model takes the picture to be, so that a draft shows
 * something long before the noise has gone. Pure.
 *
 * <p>Latents at noise level {@code sigma} are {@code (1 - sigma) x0 + sigma noise}. The noise is a
 * function of seed, latent frame and element, so it is drawn again and taken out: what is left is
 * {@code x0}, the mean of what the model predicted at the steps so far, each step's prediction
 * weighted by how far it went. That is exact where noise was drawn anew at the last step, and for
 * Euler's steps but for the thousandth by which the first noise level is below 1. UniPC remembers
 * its last prediction, which is taken as it is.
 */
final class Estimate {

  /** Where a state of UniPC has the last prediction: after the latents and those before. */
  private static final int PREDICTION = 2;

  private final Drafting shot;
  private final SamplerStateForm.View state;
  private final int tensor;
  private final float sigma;
  private final int draw;

  /**
   * The estimate from a state that fits the shot.
   *
   * @throws IllegalArgumentException if its step is none of the shot's
   */
  Estimate(Drafting shot, SamplerStateForm.View state) {
    int stepCount = shot.sampling().stepCount();
    SigmaSchedule schedule =
        SigmaSchedule.inUse(TimestepRule.EXACT, stepCount, shot.sampling().shift());
    this.shot = shot;
    this.state = state;
    this.tensor =
        switch (shot.sampling().solver()) {
          case EULER -> 0;
          case UNIPC -> state.tensorCount() > PREDICTION ? PREDICTION : 0;
        };
    this.sigma = schedule.sigma(state.stepIndex());
    this.draw = Math.min(state.stepIndex(), schedule.stepsRenewed(shot.sampling().freshNoise()));
  }

  /**
   * The estimate of one latent frame.
   *
   * @param at where it begins in each tensor
   * @param size its numbers
   * @param frame within the shot
   */
  float[] frame(int at, int size, int frame) {
    float[] latents = new float[size];
    state.read(tensor, at, latents);
    if (tensor == PREDICTION) {
      return latents;
    }
    float[] noise = new float[size];
    KeyedNoise.fillShared(noise, 0, size, shot.seed(), frame, shot.sampling().sharedNoise(), draw);
    for (int i = 0; i < size; i++) {
      latents[i] = (latents[i] - sigma * noise[i]) / (1 - sigma);
    }
    return latents;
  }
}
