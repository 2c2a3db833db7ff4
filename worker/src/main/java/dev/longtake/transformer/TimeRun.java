package dev.longtake.transformer;

import dev.longtake.tensor.Tensor;

/**
 * Tokens that follow each other and have one timestep.
 *
 * @param first index of the first token
 * @param time {@code (1, D)}: the timestep, embedded
 * @param rows {@code (6, D)}: what it adds to a block's modulation
 */
record TimeRun(int first, int count, Tensor time, Tensor rows) {

  /** These tokens of {@code (tokens, D)}. */
  Tensor of(Tensor x) {
    return x.slice(first, count);
  }
}
