package dev.longtake.loadtest.methods;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * One way to denoise a shot, or a part of it.
 *
 * @param held latents {@code (C, h, w)} of frames that are given: at each step they stand at its
 *     noise level, and the model is told that it knows them
 */
record Recipe(
    Schedule schedule, StartNoise noise, Map<Integer, float[]> held, Correction correction) {

  Recipe {
    requireNonNull(schedule, "schedule");
    requireNonNull(noise, "noise");
    held = Map.copyOf(held);
    requireNonNull(correction, "correction");
  }

  /** All of it is made, with nothing but windows. */
  static Recipe of(Schedule schedule, StartNoise noise) {
    return new Recipe(schedule, noise, Map.of(), Correction.NONE);
  }

  Recipe holding(Map<Integer, float[]> frames) {
    return new Recipe(schedule, noise, frames, correction);
  }

  Recipe corrected(Correction by) {
    return new Recipe(schedule, noise, held, by);
  }
}
