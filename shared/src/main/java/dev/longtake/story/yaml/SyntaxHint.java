package dev.longtake.story.yaml;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says a mistake that the parser found in the words of a person who wrote the file. */
final class SyntaxHint {

  private static final Pattern NO_SPACE_AFTER_COLON =
      Pattern.compile("^\\s*(?:-\\s+)?([a-z_]+:)(?!//)[^\\s:]");
  private static final Pattern NO_SPACE_AFTER_DASH = Pattern.compile("^\\s*(-[a-z_]+:)");

  private SyntaxHint() {}

  /** The sentence; that of the parser if no better one is known. */
  static String of(String text, MarkedYamlEngineException e) {
    List<String> lines = text.lines().toList();
    return TextHint.of(line(lines, e.getProblemMark()))
        .or(() -> TextHint.of(line(lines, e.getContextMark())))
        .or(() -> known(lines, e))
        .orElse("expected YAML, found a mistake: " + e.getProblem());
  }

  private static String line(List<String> lines, Optional<Mark> mark) {
    return mark.map(Mark::getLine).filter(at -> at < lines.size()).map(lines::get).orElse("");
  }

  private static Optional<String> known(List<String> lines, MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem());
    if (problem.contains("TAB")) {
      return Optional.of("expected spaces, found a tab: YAML is indented with spaces alone");
    }
    if (problem.contains("unknown escape")) {
      return Optional.of(
          "expected a sign that YAML knows after \\, found another: in double quotes write \\\\ for"
              + " a backslash, or use single quotes");
    }
    if (problem.contains("mapping values are not allowed")) {
      return missingSpace(lines, e.getProblemMark())
          .or(
              () ->
                  Optional.of(
                      "expected one value in a line, found a second colon: a text with a colon goes"
                          + " in quotes, or on the next line after >-"));
    }
    return Optional.empty();
  }

  /** It is often made lines before the parser stumbles. */
  private static Optional<String> missingSpace(List<String> lines, Optional<Mark> mark) {
    int last = Math.min(lines.size() - 1, mark.map(Mark::getLine).orElse(0));
    for (int i = 0; i <= last; i++) {
      Matcher dash = NO_SPACE_AFTER_DASH.matcher(lines.get(i));
      if (dash.find()) {
        return Optional.of(
            "expected a space after the hyphen, found \"%s\" in line %d"
                .formatted(dash.group(1), i + 1));
      }
      Matcher colon = NO_SPACE_AFTER_COLON.matcher(lines.get(i));
      if (colon.find()) {
        return Optional.of(
            "expected a space after the colon, found \"%s\" without in line %d"
                .formatted(colon.group(1), i + 1));
      }
    }
    return Optional.empty();
  }
}
