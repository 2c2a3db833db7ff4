package dev.longtake.story.status;

/** Where a shot stands. */
public enum ShotState {
  WAITING,
  DENOISING,
  DECODING,
  DONE
}
