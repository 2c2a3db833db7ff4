package dev.longtake.transformer;

import static dev.longtake.error.Require.require;

/**
 * A timestep that the next {@code tokenCount} tokens share. Only Wan 2.2 knows more than one at a
 * time: frames that are given have 0.
 *
 * @param timestep noise level times 1000
 */
record TokenTime(int tokenCount, double timestep) {

  public TokenTime {
    require(tokenCount > 0, "tokenCount is not positive: %d", tokenCount);
  }
}
