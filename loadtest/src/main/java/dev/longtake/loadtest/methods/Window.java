package dev.longtake.loadtest.methods;

import static dev.longtake.error.Require.require;

import java.util.List;

/**
 * Latent frames that go through the model in one call, in any increasing order.
 *
 * @param id the same from step to step: a window of another step with this id takes over its
 *     reference frames
 * @param frames within the shot, increasing
 * @param weights how much its velocity counts on each of them; 0 is not at all
 */
record Window(int id, List<Integer> frames, List<Integer> weights) {

  Window {
    frames = List.copyOf(frames);
    weights = List.copyOf(weights);
    require(
        !frames.isEmpty() && frames.size() == weights.size(),
        "expected as many weights as frames, found %d and %d",
        weights.size(),
        frames.size());
    for (int i = 1; i < frames.size(); i++) {
      require(
          frames.get(i - 1) < frames.get(i),
          "latent frame %d follows %d",
          frames.get(i),
          frames.get(i - 1));
    }
  }
}
