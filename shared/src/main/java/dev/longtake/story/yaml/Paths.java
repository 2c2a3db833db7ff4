package dev.longtake.story.yaml;

import java.util.Optional;
import java.util.regex.Pattern;

/** Rules for the paths that are written in story and world files. */
final class Paths {

  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");

  private Paths() {}

  /** What is wrong with a path that must stay inside its folder, if anything. */
  static Optional<String> wrongInside(String path) {
    Optional<String> wrong = wrong(path);
    return wrong.isPresent() || !Pattern.compile("(^|/)\\.\\.(/|$)").matcher(path).find()
        ? wrong
        : Optional.of("a path that leaves it,");
  }

  /** What is wrong with a relative folder, if anything; it may begin with {@code ..}. */
  static Optional<String> wrongFolder(String path) {
    Optional<String> wrong = wrong(path);
    return wrong.isPresent()
            || !Pattern.compile("[^./][^/]*/(.*/)?\\.\\.(/|$)").matcher(path).find()
        ? wrong
        : Optional.of("a path with .. in the middle,");
  }

  private static Optional<String> wrong(String path) {
    if (path.startsWith("/") || DRIVE.matcher(path).matches()) {
      return Optional.of("an absolute path,");
    }
    if (path.indexOf('\\') >= 0) {
      return Optional.of("a backslash (write / instead) in");
    }
    return path.chars().anyMatch(c -> c < ' ' || c == 0x7F)
        ? Optional.of("a control character in")
        : Optional.empty();
  }
}
