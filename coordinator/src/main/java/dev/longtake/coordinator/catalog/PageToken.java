package dev.longtake.coordinator.catalog;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * The last story of a page: the next one goes on after it. To whoever asks it is a word without
 * meaning.
 */
record PageToken(Instant submitTime, long sequence) {

  /** Before the newest story. */
  static final PageToken FIRST =
      new PageToken(Instant.parse("9999-01-01T00:00:00Z"), Long.MAX_VALUE);

  private static final int BYTES = 2 * Long.BYTES;

  static PageToken parse(String text) {
    if (text.isEmpty()) {
      return FIRST;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length == BYTES) {
        ByteBuffer numbers = ByteBuffer.wrap(bytes);
        Instant time = Instant.EPOCH.plus(numbers.getLong(), ChronoUnit.MICROS);
        if (time.isAfter(Instant.EPOCH) && time.isBefore(FIRST.submitTime())) {
          return new PageToken(time, numbers.getLong());
        }
      }
    } catch (IllegalArgumentException e) {
      throw invalid(text, e);
    }
    throw invalid(text, null);
  }

  private static LongtakeException invalid(
      String text, @org.jspecify.annotations.Nullable IllegalArgumentException cause) {
    String shown = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return new LongtakeException(
        ErrorCode.REQUEST_INVALID,
        "page_token: expected one from an earlier page, found \"%s\"".formatted(shown),
        cause);
  }

  @Override
  public String toString() {
    ByteBuffer numbers =
        ByteBuffer.allocate(BYTES)
            .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, submitTime))
            .putLong(sequence);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(numbers.array());
  }
}
