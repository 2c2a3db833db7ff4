package dev.longtake.story.yaml;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to do about a line of text that YAML reads as something else. People write prompts with
 * colons, quotes and brackets, and the parser's own words about them help nobody.
 */
final class TextHint {

  /** The keys that people write freely under, in a line of a mapping or of a list. */
  private static final Pattern LINE =
      Pattern.compile(
          "^\\s*(?:-\\s+)?(prompt|negative_prompt|description|story):\\s+(\\S.*?)\\s*$");

  private static final Map<Character, String> OPENING =
      new TreeMap<>(
          Map.of(
              '[', "begins with [, which begins a list",
              '{', "begins with {, which begins a mapping",
              '*', "begins with *, which names an alias",
              '&', "begins with &, which names an anchor",
              '!', "begins with !, which names a type",
              '%', "begins with %, which is reserved",
              '@', "begins with @, which is reserved",
              '`', "begins with `, which is reserved",
              ']', "begins with ], which ends a list",
              '}', "begins with }, which ends a mapping"));

  private TextHint() {}

  /** The hint for a mistake in this line; empty if it does not look like text of a person. */
  static Optional<String> of(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return sign(matcher.group(2)).map(sign -> sentence(matcher.group(1), sign));
  }

  /** What to do about the text under {@code key}. */
  static String sentence(String key, String sign) {
    return "%s: expected text, found one that %s: put it in quotes, or on the next line after \"%s: >-\""
        .formatted(key, sign, key);
  }

  private static Optional<String> sign(String value) {
    char first = value.charAt(0);
    String opening = OPENING.get(first);
    if (opening != null) {
      return Optional.of(opening);
    }
    if (value.startsWith("- ") || value.startsWith("? ")) {
      return Optional.of(
          first == '-'
              ? "begins with -, which begins a list"
              : "begins with ?, which begins a key");
    }
    if (first == '"' || first == '\'') {
      int closing = value.indexOf(first, 1);
      boolean goesOn = closing > 0 && !value.substring(closing + 1).strip().startsWith("#");
      return goesOn && closing + 1 < value.length()
          ? Optional.of("goes on after its closing quote")
          : Optional.empty();
    }
    return value.contains(": ") || value.endsWith(":")
        ? Optional.of("holds a colon, which follows a key")
        : Optional.empty();
  }
}
