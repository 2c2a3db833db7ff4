package dev.longtake.words;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 6s}, {@code 0.5s}, {@code 500ms}, {@code 1m30s}, {@code 2
 * min}, {@code 1.5 hours}; exact to the nanosecond.
 */
public final class DurationText {

  private static final Pattern FORM =
      Pattern.compile(
          part("h|hrs?|hours?")
              + part("m|mins?|minutes?")
              + part("s|secs?|seconds?")
              + part("ms|milliseconds?"),
          Pattern.CASE_INSENSITIVE);

  private static final BigDecimal[] UNIT_SECONDS = {
    BigDecimal.valueOf(3600), BigDecimal.valueOf(60), BigDecimal.ONE, new BigDecimal("0.001")
  };

  private static final BigDecimal SECONDS_MAX = BigDecimal.TEN.pow(15);
  private static final int NANO_DIGITS = 9;

  private DurationText() {}

  private static String part(String units) {
    return "(?:([0-9]{1,12}(?:\\.[0-9]{1,12})?)\\s*(?:%s)\\s*)?".formatted(units);
  }

  /** The duration, if the text is one. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.isBlank() || !matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal seconds = BigDecimal.ZERO;
    for (int i = 0; i < UNIT_SECONDS.length; i++) {
      String digits = matcher.group(i + 1);
      seconds =
          digits == null ? seconds : seconds.add(new BigDecimal(digits).multiply(UNIT_SECONDS[i]));
    }
    return ofSeconds(seconds);
  }

  /** So many seconds; empty if they are negative, 10^15 or more, or no whole nanoseconds. */
  public static Optional<Duration> ofSeconds(BigDecimal seconds) {
    boolean inRange = seconds.signum() >= 0 && seconds.compareTo(SECONDS_MAX) < 0;
    if (!inRange || seconds.stripTrailingZeros().scale() > NANO_DIGITS) {
      return Optional.empty();
    }
    BigDecimal whole = seconds.setScale(0, RoundingMode.DOWN);
    return Optional.of(
        Duration.ofSeconds(
            whole.longValueExact(),
            seconds.subtract(whole).movePointRight(NANO_DIGITS).longValueExact()));
  }

  /**
   * As people say it, for messages and logs: {@code 250 ms}, {@code 2.5 s}, {@code 15 s}, {@code 1
   * min 05 s}, {@code 2 h 03 min}.
   */
  public static String said(Duration duration) {
    long milliseconds = duration.toMillis();
    if (milliseconds > 0 && milliseconds < 1000) {
      return milliseconds + " ms";
    }
    if (milliseconds < 9_950 && milliseconds % 1000 >= 50) {
      return String.format(Locale.ROOT, "%.1f s", milliseconds / 1000.0);
    }
    long seconds = (milliseconds + 500) / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return "%d min %02d s".formatted(seconds / 60, seconds % 60);
    }
    return "%d h %02d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  /** A place in a film, in minutes, seconds and tenths: {@code 0:07.5}, {@code 75:00.0}. */
  public static String clock(double seconds) {
    long tenths = Math.round(10 * seconds);
    return String.format(Locale.ROOT, "%d:%02d.%d", tenths / 600, tenths / 10 % 60, tenths % 10);
  }

  /** As people write it: {@code 1m30s}, {@code 250ms}. */
  public static String format(Duration duration) {
    boolean wholeMillis = duration.equals(duration.truncatedTo(ChronoUnit.MILLIS));
    if (duration.isPositive() && duration.toSeconds() == 0 && wholeMillis) {
      return duration.toMillis() + "ms";
    }
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
