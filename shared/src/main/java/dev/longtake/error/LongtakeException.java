package dev.longtake.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A call that could not be done: bad input, or an effect that failed. The message is one sentence
 * for people: what was expected, what was found, and which one.
 */
public final class LongtakeException extends RuntimeException {

  private final ErrorCode code;

  public LongtakeException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public LongtakeException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.code = requireNonNull(code, "code");
  }

  /** What went wrong. */
  public ErrorCode code() {
    return code;
  }

  /** The message, never null. */
  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }
}
