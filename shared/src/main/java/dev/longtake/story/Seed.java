package dev.longtake.story;

import dev.longtake.words.NumberText;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Seeds as people write them: 64 bits, read and shown as a whole number from 0 to 2^64 - 1. In a
 * {@code long} the upper half is negative; nothing but these 64 bits goes into a film.
 *
 * <p>Negative numbers down to -2^63 are other names for the upper half: -1 is 2^64 - 1.
 */
public final class Seed {

  /** What follows "expected". */
  public static final String EXPECTED = "a whole number from 0 to 18446744073709551615";

  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger END = BigInteger.TWO.pow(Long.SIZE);

  private Seed() {}

  /** The seed, if the text is one. */
  public static Optional<Long> parse(String text) {
    return NumberText.whole(text)
        .filter(it -> it.compareTo(MIN) >= 0 && it.compareTo(END) < 0)
        .map(BigInteger::longValue);
  }

  /** From 0 to 2^64 - 1. */
  public static BigInteger number(long seed) {
    return new BigInteger(text(seed));
  }

  /** From 0 to 2^64 - 1, in digits. */
  public static String text(long seed) {
    return Long.toUnsignedString(seed);
  }

  /**
   * What somebody should know who wrote this as a seed, if anything: elsewhere -1 asks for a random
   * one.
   */
  public static Optional<String> note(String written) {
    return NumberText.whole(written)
        .filter(BigInteger.ONE.negate()::equals)
        .map(
            it ->
                "seed: -1 is a seed like any other (%s), not a random one: the same story gives the same film"
                    .formatted(text(-1)));
  }
}
