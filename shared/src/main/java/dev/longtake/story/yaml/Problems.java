package dev.longtake.story.yaml;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects every mistake in the files of a story, to tell them all at once. */
final class Problems {

  private static final int TOLD_MAX = 100;

  /**
   * @param line from 0; -1: the file as a whole
   * @param column from 0
   */
  private record Problem(String file, int line, int column, String message) {

    static Problem at(String file, Optional<Mark> mark, String message) {
      return new Problem(
          file, mark.map(Mark::getLine).orElse(-1), mark.map(Mark::getColumn).orElse(0), message);
    }

    String sentence() {
      String place = line < 0 ? file : file + ":" + (line + 1) + ":" + (column + 1);
      return place + ": " + message;
    }
  }

  private final List<Problem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** A mistake in a whole file. */
  void add(String file, String message) {
    add(file, Optional.empty(), message);
  }

  /** A mistake at a place in a file. */
  void add(String file, Optional<Mark> mark, String message) {
    problems.add(Problem.at(file, mark, message));
  }

  /** What is allowed but probably not meant. */
  void warn(String file, Optional<Mark> mark, String message) {
    warnings.add(Problem.at(file, mark, message).sentence());
  }

  List<String> warnings() {
    return warnings;
  }

  boolean any() {
    return !problems.isEmpty();
  }

  /**
   * The failure that lists them, one line each: {@code file:line:column: sentence}; file by file as
   * they were read, and from top to bottom within each.
   */
  LongtakeException failure() {
    List<String> files = problems.stream().map(Problem::file).distinct().toList();
    Comparator<Problem> fromTopToBottom =
        Comparator.comparingInt((Problem it) -> files.indexOf(it.file()))
            .thenComparingInt(Problem::line)
            .thenComparingInt(Problem::column);
    List<String> lines =
        new ArrayList<>(
            problems.stream()
                .sorted(fromTopToBottom)
                .limit(TOLD_MAX)
                .map(Problem::sentence)
                .toList());
    if (problems.size() > TOLD_MAX) {
      lines.add("... and " + (problems.size() - TOLD_MAX) + " more");
    }
    return new LongtakeException(ErrorCode.STORY_INVALID, String.join("\n", lines));
  }
}
