package dev.longtake.config;

import com.typesafe.config.ConfigOrigin;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Collects every mistake in a configuration, to tell them all at once. */
final class Problems {

  /**
   * @param source a file, a command-line option, or an environment variable
   * @param line from 1; -1 for none
   */
  private record Problem(String source, int line, String key, String message) {

    String sentence() {
      return "%s%s: %s: %s".formatted(source, line < 0 ? "" : ":" + line, key, message);
    }
  }

  private final List<Problem> problems = new ArrayList<>();

  void add(ConfigOrigin origin, String key, String message) {
    String source = origin.withLineNumber(-1).description();
    problems.add(new Problem(source, origin.lineNumber(), key, message));
  }

  /**
   * One line each, those of one source from top to bottom.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if there are any
   */
  void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          problems.stream()
              .sorted(Comparator.comparing(Problem::source).thenComparingInt(Problem::line))
              .map(Problem::sentence)
              .distinct()
              .collect(Collectors.joining("\n")));
    }
  }
}
