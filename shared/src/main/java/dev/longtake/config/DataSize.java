package dev.longtake.config;

import static dev.longtake.error.Require.require;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A number of bytes, written with its unit: {@code 512 MiB}.
 *
 * @param bytes not negative
 */
public record DataSize(long bytes) implements Comparable<DataSize> {

  /** What people write behind the number. Those with an {@code i} are powers of 1024. */
  private enum Unit {
    B(1),
    KiB(1L << 10),
    MiB(1L << 20),
    GiB(1L << 30),
    TiB(1L << 40),
    KB(1_000),
    MB(1_000_000),
    GB(1_000_000_000),
    TB(1_000_000_000_000L);

    private final long bytes;

    Unit(long bytes) {
      this.bytes = bytes;
    }
  }

  /** The largest first; every size is a whole number of the last one. */
  private static final Unit[] SHOWN = {Unit.TiB, Unit.GiB, Unit.MiB, Unit.KiB, Unit.B};

  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{1,15}(?:\\.\\d{1,6})?) ?("
              + Arrays.stream(Unit.values()).map(Unit::name).collect(Collectors.joining("|"))
              + ")",
          Pattern.CASE_INSENSITIVE);

  public DataSize {
    require(bytes >= 0, "bytes is negative: %d", bytes);
  }

  /** So many times 1024 x 1024 bytes. */
  public static DataSize mebibytes(long count) {
    return new DataSize(Math.multiplyExact(count, Unit.MiB.bytes));
  }

  /**
   * The size, if the text is one: a number, and a unit from B to TiB, KB to TB in powers of 1000.
   */
  public static Optional<DataSize> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal bytes =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit(matcher.group(2)).bytes));
    boolean isWhole = bytes.stripTrailingZeros().scale() <= 0;
    return isWhole && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
        ? Optional.of(new DataSize(bytes.longValueExact()))
        : Optional.empty();
  }

  private static Unit unit(String text) {
    return Arrays.stream(Unit.values())
        .filter(unit -> unit.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** In the largest unit of which it is a whole number, as {@link #parse} reads it. */
  @Override
  public String toString() {
    Unit shown =
        Arrays.stream(SHOWN)
            .filter(unit -> bytes % unit.bytes == 0 && bytes >= unit.bytes)
            .findFirst()
            .orElse(Unit.B);
    return bytes / shown.bytes + " " + shown;
  }
}
