package dev.longtake.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said that counts more than the file: command-line options. Not changed once made.
 */
public final class Overrides {

  /** Nothing. */
  public static final Overrides NONE = new Overrides(ConfigFactory.empty());

  private final Config values;

  private Overrides(Config values) {
    this.values = values;
  }

  /**
   * These and one more.
   *
   * @param source who said it, e.g. {@code --port}; what is wrong with the value is told of it
   * @param key full name, e.g. {@code listen.port}
   * @param value read as if its text stood in the file; null if it was not said
   */
  public Overrides with(String source, String key, @Nullable Object value) {
    return value == null
        ? this
        : new Overrides(
            values.withValue(key, ConfigValueFactory.fromAnyRef(value.toString(), source)));
  }

  Config over(Config below) {
    return values.withFallback(below);
  }
}
