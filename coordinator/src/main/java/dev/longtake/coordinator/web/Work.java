package dev.longtake.coordinator.web;

import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryStatus;

/**
 * How far the work on a story is, in frames of its film: a shot of which half the work is done
 * counts as half its frames. Shots that were taken from an earlier rendering are no work. Pure.
 */
record Work(String storyId, double framesDone, double framesAll) {

  /** Share of denoising in the work on a frame, roughly; the rest is decoding. */
  private static final double DENOISE_SHARE = 0.85;

  static Work of(StoryStatus story) {
    double done = 0;
    double all = 0;
    for (ShotStatus shot : story.shots()) {
      if (!shot.reused()) {
        done += fraction(shot) * shot.frameCount();
        all += shot.frameCount();
      }
    }
    return new Work(story.storyId(), done, all);
  }

  /** How much of a shot's work is done, 0 to 1. */
  static double fraction(ShotStatus shot) {
    return shot.state() == ShotState.DONE
        ? 1
        : DENOISE_SHARE * shot.counts().steps().fraction()
            + (1 - DENOISE_SHARE) * shot.counts().segments().fraction();
  }

  /** The share that is done, 0 to 1; 0 of nothing. */
  double fraction() {
    return framesAll == 0 ? 0 : framesDone / framesAll;
  }
}
