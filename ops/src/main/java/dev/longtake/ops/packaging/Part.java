package dev.longtake.ops.packaging;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that a package holds.
 *
 * @param name as its makers call it
 * @param version as they number it
 * @param file its file among the jars, or what holds it, such as {@code jre/}
 * @param licences SPDX ids, or names where SPDX has none; where there are several, any of them
 */
record Part(String name, String version, String file, List<String> licences) {

  Part {
    requireNonNull(name, "name");
    requireNonNull(version, "version");
    requireNonNull(file, "file");
    licences = List.copyOf(licences);
  }

  /** Its line in the list that people read. */
  String line() {
    return "%s %s (%s): %s"
        .formatted(name, version, file, licences.stream().collect(Collectors.joining(" or ")));
  }
}
