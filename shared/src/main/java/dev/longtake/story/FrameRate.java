package dev.longtake.story;

import static dev.longtake.error.Require.require;

import dev.longtake.words.NumberText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frames a second, exactly: {@code numerator / denominator}, in lowest terms.
 *
 * <p>Whole rates have denominator 1. The rates of NTSC television are 1000/1001 of a whole one:
 * what people call 23.976 is 24000/1001 (23.976023976...), 29.97 is 30000/1001, 59.94 is
 * 60000/1001. Others are refused: no film, camera or broadcast has them, and a container would only
 * come near them.
 *
 * @param numerator frames in {@code denominator} seconds
 * @param denominator 1 or {@value #NTSC}
 */
public record FrameRate(int numerator, int denominator) {

  /** What follows "expected". */
  public static final String EXPECTED =
      "a whole number from 1 to %d, an NTSC rate such as 23.976, 29.97 or 59.94, or a fraction such as 24000/1001"
          .formatted(StoryLimits.FRAME_RATE_HZ_MAX);

  private static final int NTSC = 1001;
  private static final int THOUSAND = 1000;

  /** Whole rates whose NTSC relatives are known by a decimal name. */
  private static final List<Integer> NAMED = List.of(12, 15, 24, 30, 48, 60);

  private static final int NAME_DECIMALS_MIN = 2;
  private static final int SHOWN_DECIMALS = 3;
  private static final Pattern FRACTION = Pattern.compile("([0-9]{1,9})\\s*/\\s*([0-9]{1,9})");

  public FrameRate {
    require(numerator > 0, "frameRate: numerator is not positive: %d", numerator);
    require(denominator > 0, "frameRate: denominator is not positive: %d", denominator);
    int common = BigInteger.valueOf(numerator).gcd(BigInteger.valueOf(denominator)).intValueExact();
    int given = numerator;
    int over = denominator;
    numerator /= common;
    denominator /= common;
    boolean isKnown = denominator == 1 || (denominator == NTSC && numerator % THOUSAND == 0);
    require(
        isKnown && (long) numerator <= (long) StoryLimits.FRAME_RATE_HZ_MAX * scale(denominator),
        "frameRate: expected 1 to %d, whole or a multiple of 1000/1001, found %d/%d",
        StoryLimits.FRAME_RATE_HZ_MAX,
        given,
        over);
  }

  private static int scale(int denominator) {
    return denominator == 1 ? 1 : THOUSAND;
  }

  /** A whole rate. */
  public static FrameRate of(int hz) {
    require(
        hz >= 1 && hz <= StoryLimits.FRAME_RATE_HZ_MAX,
        "frameRateHz: expected 1 to %d, found %d",
        StoryLimits.FRAME_RATE_HZ_MAX,
        hz);
    return new FrameRate(hz, 1);
  }

  /**
   * The rate, if the text is one: {@code 24}, {@code 24.0}, {@code 23.976}, {@code 24000/1001}. A
   * decimal name stands for the NTSC rate that it is, rounded or cut off at two digits or more, or
   * as the nearest double.
   */
  public static Optional<FrameRate> parse(String text) {
    Matcher fraction = FRACTION.matcher(text);
    if (fraction.matches()) {
      return made(Integer.parseInt(fraction.group(1)), Integer.parseInt(fraction.group(2)));
    }
    Optional<BigInteger> whole = NumberText.whole(text);
    return whole.isPresent()
        ? whole.filter(it -> it.bitLength() < Integer.SIZE).flatMap(it -> made(it.intValue(), 1))
        : NumberText.decimal(text).flatMap(FrameRate::named);
  }

  private static Optional<FrameRate> made(int numerator, int denominator) {
    try {
      return Optional.of(new FrameRate(numerator, denominator));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<FrameRate> named(BigDecimal name) {
    int decimals = Math.max(NAME_DECIMALS_MIN, name.stripTrailingZeros().scale());
    return NAMED.stream()
        .map(hz -> new FrameRate(hz * THOUSAND, NTSC))
        .filter(
            rate ->
                rate.hz() == name.doubleValue()
                    || rate.decimal(decimals, RoundingMode.HALF_UP).compareTo(name) == 0
                    || rate.decimal(decimals, RoundingMode.DOWN).compareTo(name) == 0)
        .findFirst();
  }

  private BigDecimal decimal(int decimals, RoundingMode rounding) {
    return BigDecimal.valueOf(numerator)
        .divide(BigDecimal.valueOf(denominator), decimals, rounding);
  }

  /** Whether a second is a whole number of frames. */
  public boolean isWhole() {
    return denominator == 1;
  }

  /** The next whole rate: 24 for 23.976. */
  public int nominalHz() {
    return Math.ceilDiv(numerator, denominator);
  }

  /** Frames a second, as near as a double comes. */
  public double hz() {
    return (double) numerator / denominator;
  }

  /** How long so many frames are seen, in seconds. */
  public double seconds(long frames) {
    return (double) frames * denominator / numerator;
  }

  /** Frames of the duration, rounded to the nearest, halves up. */
  public long frames(Duration duration) {
    return exactly(duration)
        .divide(BigDecimal.valueOf(denominator), 0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  /** Whether the duration is a whole number of frames. */
  public boolean isWhole(Duration duration) {
    return exactly(duration).remainder(BigDecimal.valueOf(denominator)).signum() == 0;
  }

  /** Frames of the duration, times the denominator. */
  private BigDecimal exactly(Duration duration) {
    return BigDecimal.valueOf(duration.getSeconds())
        .add(BigDecimal.valueOf(duration.getNano(), 9))
        .multiply(BigDecimal.valueOf(numerator));
  }

  /** Without loss: {@code 8}, {@code 24000/1001}. */
  public String fraction() {
    return isWhole() ? Integer.toString(numerator) : numerator + "/" + denominator;
  }

  /** The name, and what it stands for where that is more: {@code 23.976 (24000/1001)}. */
  public String spoken() {
    return isWhole() ? toString() : "%s (%s)".formatted(this, fraction());
  }

  /** As people call it: {@code 8}, {@code 23.976}, {@code 29.97}. */
  @Override
  public String toString() {
    return decimal(SHOWN_DECIMALS, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
  }
}
