package dev.longtake.story;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects every mistake in the files of a story, to tell them all at once. */
final class Problems {

  private static final int TOLD_MAX = 100;

  private record Problem(String place, String message) {}

  private final List<Problem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** A mistake in a whole file. */
  void add(String file, String message) {
    problems.add(new Problem(file, message));
  }

  /** A mistake at a place in a file. */
  void add(String file, Optional<Mark> mark, String message) {
    problems.add(new Problem(place(file, mark), message));
  }

  /** What is allowed but probably not meant. */
  void warn(String file, Optional<Mark> mark, String message) {
    warnings.add(place(file, mark) + ": " + message);
  }

  List<String> warnings() {
    return warnings;
  }

  boolean any() {
    return !problems.isEmpty();
  }

  /** The failure that lists them, one line each: {@code file:line:column: sentence}. */
  LongtakeException failure() {
    StringBuilder lines = new StringBuilder();
    for (Problem problem : problems.subList(0, Math.min(TOLD_MAX, problems.size()))) {
      lines.append(lines.isEmpty() ? "" : "\n");
      lines.append(problem.place()).append(": ").append(problem.message());
    }
    if (problems.size() > TOLD_MAX) {
      lines.append("\n... and ").append(problems.size() - TOLD_MAX).append(" more");
    }
    return new LongtakeException(ErrorCode.STORY_INVALID, lines.toString());
  }

  private static String place(String file, Optional<Mark> mark) {
    return mark.map(at -> file + ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1))
        .orElse(file);
  }
}
