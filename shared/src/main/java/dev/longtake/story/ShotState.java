package dev.longtake.story;

/** Where a shot stands. */
public enum ShotState {
  WAITING,
  DENOISING,
  DECODING,
  DONE
}
