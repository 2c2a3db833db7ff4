package dev.longtake.config;

import static dev.longtake.error.Require.require;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A password, token or key. It shows itself as {@code ***} wherever it is printed, so that neither
 * a log nor an error message can give it away; {@link #value} is called only where it is used.
 */
public final class Secret {

  /** What is shown instead. */
  public static final String MASK = "***";

  private final String value;

  public Secret(String value) {
    require(!value.isEmpty(), "the secret is empty");
    this.value = value;
  }

  /** The secret itself: not for logs, messages or command lines. */
  public String value() {
    return value;
  }

  /** Takes equally long whatever the other one is. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  private byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return MASK;
  }
}
