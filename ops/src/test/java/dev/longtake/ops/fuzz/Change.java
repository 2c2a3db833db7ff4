package dev.longtake.ops.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** Makes one input of another. The same state of chance makes the same. */
interface Change {

  /**
   * Changes something.
   *
   * @param input left as it is
   * @param others inputs that parts may be taken from
   */
  byte[] of(byte[] input, List<byte[]> others, SplittableRandom random);

  /** This, and then something that makes checksums fit, half of the time. */
  default Change then(java.util.function.UnaryOperator<byte[]> repair) {
    return (input, others, random) -> {
      byte[] changed = of(input, others, random);
      return random.nextBoolean() ? repair.apply(changed) : changed;
    };
  }
}
