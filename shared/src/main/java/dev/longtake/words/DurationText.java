package dev.longtake.words;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 6s}, {@code 0.5s}, {@code 500ms}, {@code 1m30s}. */
public final class DurationText {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,4})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9}(?:\\.\\d{1,3})?)s)?(?:(\\d{1,12})ms)?");

  private DurationText() {}

  /** The duration, if the text is one. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal milliseconds =
        part(matcher, 1, 3_600_000)
            .add(part(matcher, 2, 60_000))
            .add(part(matcher, 3, 1000))
            .add(part(matcher, 4, 1));
    return Optional.of(Duration.ofMillis(milliseconds.longValueExact()));
  }

  private static BigDecimal part(Matcher matcher, int group, int milliseconds) {
    String digits = matcher.group(group);
    return digits == null
        ? BigDecimal.ZERO
        : new BigDecimal(digits).multiply(BigDecimal.valueOf(milliseconds));
  }

  /** Frames of the duration, rounded to the nearest, halves up. */
  public static long frames(Duration duration, int frameRateHz) {
    return BigDecimal.valueOf(duration.toMillis())
        .multiply(BigDecimal.valueOf(frameRateHz))
        .divide(BigDecimal.valueOf(1000), 0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  /** Whether the duration is a whole number of frames. */
  public static boolean isWhole(Duration duration, int frameRateHz) {
    return duration.toMillis() * frameRateHz % 1000 == 0;
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

  /** As people write it, down to milliseconds: {@code 1m30s}, {@code 250ms}. */
  public static String format(Duration duration) {
    if (duration.isPositive() && duration.toSeconds() == 0) {
      return duration.toMillis() + "ms";
    }
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
