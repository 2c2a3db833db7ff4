package dev.longtake.testing;

import java.util.stream.LongStream;

/** Seeds for property tests; the test's name prints the one that failed. */
public final class Seeds {

  private Seeds() {}

  /** Two hundred seeds. Add a seed that once failed to the end of the stream. */
  public static LongStream many() {
    return LongStream.range(0, 200);
  }
}
