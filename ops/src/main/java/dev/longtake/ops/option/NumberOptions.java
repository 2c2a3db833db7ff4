package dev.longtake.ops.option;

import dev.longtake.words.NumberText;
import java.math.BigDecimal;
import java.math.BigInteger;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How every command reads numbers: as stories do. */
final class NumberOptions {

  private NumberOptions() {}

  /** Teaches a command, and those below it that it has already. */
  static void register(CommandLine commands) {
    commands.registerConverter(Integer.class, NumberOptions::whole);
    commands.registerConverter(int.class, NumberOptions::whole);
    commands.registerConverter(Double.class, NumberOptions::decimal);
  }

  private static int whole(String text) {
    return NumberText.whole(text)
        .filter(it -> it.bitLength() < Integer.SIZE)
        .map(BigInteger::intValueExact)
        .orElseThrow(() -> wrong("a whole number", text));
  }

  private static double decimal(String text) {
    return NumberText.decimal(text)
        .map(BigDecimal::doubleValue)
        .filter(Double::isFinite)
        .orElseThrow(() -> wrong("a number", text));
  }

  private static TypeConversionException wrong(String expected, String found) {
    return new TypeConversionException("expected %s, found \"%s\"".formatted(expected, found));
  }
}
