package dev.longtake.wire;

import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Times and durations, both ways. */
public final class TimeWire {

  private TimeWire() {}

  /** The message of an instant. */
  public static Timestamp toProto(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** The message of a duration. */
  public static com.google.protobuf.Duration toProto(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /**
   * The instant of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID}
   */
  public static Instant fromProto(Timestamp message) {
    return instant(new Field("time"), message);
  }

  static Instant instant(Field at, Timestamp message) {
    try {
      return Instant.ofEpochSecond(message.getSeconds(), message.getNanos());
    } catch (DateTimeException | ArithmeticException e) {
      throw at.invalid("expected a time, found %d s".formatted(message.getSeconds()));
    }
  }

  /** A duration from zero to a year; longer ones are nobody's intention. */
  static Duration duration(Field at, com.google.protobuf.Duration message) {
    if (message.getSeconds() < 0 || message.getNanos() < 0 || message.getSeconds() > 31_536_000) {
      throw at.invalid(
          "expected a duration from 0 to a year, found %d s %d ns"
              .formatted(message.getSeconds(), message.getNanos()));
    }
    return Duration.ofSeconds(message.getSeconds(), message.getNanos());
  }
}
