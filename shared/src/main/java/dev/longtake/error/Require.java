package dev.longtake.error;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/** Checks for the compact constructors of records. */
public final class Require {

  private Require() {}

  /** Throws {@link IllegalArgumentException} with the formatted message unless the claim holds. */
  @FormatMethod
  public static void require(boolean claim, @FormatString String message, Object... values) {
    if (!claim) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
