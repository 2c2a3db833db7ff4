package dev.longtake.coordinator.dispatch.share;

import static java.util.Objects.requireNonNull;

import dev.longtake.words.DurationText;
import dev.longtake.words.NumberText;
import dev.longtake.words.Word;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a tenant is entitled to.
 *
 * @param weight its share is this over the weights of all tenants that want something; 1 at least
 * @param chunksMax chunks under way at once, of all engine classes
 * @param gpuTimeADay workers' time from midnight to midnight, UTC
 */
public record Terms(int weight, OptionalInt chunksMax, Optional<Duration> gpuTimeADay) {

  /** Of a tenant of which nothing is said. */
  public static final Terms USUAL = new Terms(1, OptionalInt.empty(), Optional.empty());

  static final int WEIGHT_MAX = 1_000;
  private static final int CHUNKS_MAX = 1_000_000;

  /** More than any farm has in a day. */
  private static final Duration TIME_MAX = Duration.ofHours(10_000_000);

  /** What is said of a tenant. */
  private enum Key implements Word {
    WEIGHT,
    CHUNKS,
    GPU_TIME_A_DAY
  }

  public Terms {
    if (weight < 1) {
      throw new IllegalArgumentException(
          "expected a tenant's weight of 1 at least, found " + weight);
    }
    requireNonNull(chunksMax, "chunksMax");
    requireNonNull(gpuTimeADay, "gpuTimeADay");
  }

  /** The same with a word such as {@code weight=3}; empty if that is none. */
  Optional<Terms> with(String word) {
    int equals = word.indexOf('=');
    if (equals < 0) {
      return Optional.empty();
    }
    String value = word.substring(equals + 1);
    return Word.read(Key.class, word.substring(0, equals)).flatMap(key -> with(key, value));
  }

  private Optional<Terms> with(Key key, String value) {
    return switch (key) {
      case WEIGHT -> whole(value, WEIGHT_MAX).map(it -> new Terms(it, chunksMax, gpuTimeADay));
      case CHUNKS ->
          whole(value, CHUNKS_MAX).map(it -> new Terms(weight, OptionalInt.of(it), gpuTimeADay));
      case GPU_TIME_A_DAY ->
          DurationText.parse(value)
              .filter(Duration::isPositive)
              .filter(it -> it.compareTo(TIME_MAX) <= 0)
              .map(it -> new Terms(weight, chunksMax, Optional.of(it)));
    };
  }

  private static Optional<Integer> whole(String text, int max) {
    return NumberText.whole(text)
        .filter(it -> it.signum() > 0 && it.bitLength() < Integer.SIZE)
        .map(Number::intValue)
        .filter(it -> it <= max);
  }

  @Override
  public String toString() {
    var text = new StringBuilder(Key.WEIGHT.word() + "=" + weight);
    chunksMax.ifPresent(it -> text.append(" ").append(Key.CHUNKS.word()).append("=").append(it));
    gpuTimeADay.ifPresent(
        it ->
            text.append(" ")
                .append(Key.GPU_TIME_A_DAY.word())
                .append("=")
                .append(DurationText.format(it)));
    return text.toString();
  }
}
