package dev.longtake.config;

import java.lang.reflect.RecordComponent;
import java.util.Locale;

/**
 * Names of keys: those of the record's components, {@code artifactSizeMax} as words with hyphens.
 */
final class Key {

  private Key() {}

  static String of(RecordComponent component) {
    return of(component.getName());
  }

  static String of(String componentName) {
    return componentName.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The key's full name; the outermost record has no name. */
  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
