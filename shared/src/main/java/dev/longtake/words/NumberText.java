package dev.longtake.words;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Numbers as people write them: {@code 24}, {@code 24.0}, {@code +7}, {@code .5}, {@code 1e3}. What
 * is a whole number is one, however it is written.
 */
public final class NumberText {

  private static final Pattern FORM =
      Pattern.compile(
          "[-+]?(?:[0-9]{1,40}(?:\\.[0-9]{0,40})?|\\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,2})?");

  private NumberText() {}

  /** The number, exactly, if the text is one. */
  public static Optional<BigDecimal> decimal(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
  }

  /** The number, if the text is a whole one: {@code 24.0} is 24. */
  public static Optional<BigInteger> whole(String text) {
    return decimal(text)
        .filter(it -> it.signum() == 0 || it.stripTrailingZeros().scale() <= 0)
        .map(BigDecimal::toBigIntegerExact);
  }

  /** Ends a sentence about a text that would be readable with a decimal point for its comma. */
  public static String pointEnding(String found, Predicate<String> isReadable) {
    String pointed = found.replace(',', '.');
    return !pointed.equals(found) && isReadable.test(pointed)
        ? "; did you mean %s?".formatted(pointed)
        : "";
  }
}
