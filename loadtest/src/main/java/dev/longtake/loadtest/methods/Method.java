package dev.longtake.loadtest.methods;

import dev.longtake.loadtest.methods.figures.Outcome.Group;
import dev.longtake.loadtest.methods.figures.Outcome.Kind;

/**
 * A way to make a shot that is longer than what the model takes in one call.
 *
 * @param word how it is named in figures
 * @param says what it does, for people
 */
record Method(String word, Group group, String says, How how) {

  /** Makes a shot. */
  @FunctionalInterface
  interface How {
    Footage make(Take take);
  }

  /** It without how it is done. */
  Kind kind() {
    return new Kind(word, group, says);
  }
}
