package dev.longtake.story;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signs that mean something to other programs and nothing here. A prompt is read as it is written;
 * whoever writes them is told.
 */
public enum PromptSyntax {
  WEIGHT("\\([^()\\n]+:\\s*-?\\d+(?:\\.\\d+)?\\)", "weights"),
  EMPHASIS("\\({2,}|\\){2,}|\\[{2,}|\\]{2,}", "emphasis by brackets"),
  SCHEDULE("\\[[^\\[\\]\\n]*:[^\\[\\]\\n]*:\\s*\\d*\\.?\\d+\\]", "schedules"),
  CHOICE("\\{[^{}\\n]*\\|[^{}\\n]*\\}", "choices"),
  ADAPTER("<(?:lora|lyco|hypernet|embedding):[^>\\n]*>|\\bembedding:\\w+", "adapters"),
  WILDCARD("__[A-Za-z0-9/_-]+__", "wildcards"),
  FLAG("(?<=^|\\s)--(?:ar|no|v|q|s|seed|style|stylize|chaos|niji)\\b", "flags"),
  BREAK("(?<=^|\\s)(?:BREAK|AND)(?=\\s|$)", "parts joined by such words");

  private final Pattern pattern;
  private final String noun;

  PromptSyntax(String pattern, String noun) {
    this.pattern = Pattern.compile(pattern);
    this.noun = noun;
  }

  /** A sentence for each kind of sign that this prompt has. */
  public static List<String> notes(String prompt) {
    List<String> notes = new ArrayList<>();
    for (PromptSyntax syntax : values()) {
      Matcher matcher = syntax.pattern.matcher(prompt);
      if (matcher.find()) {
        notes.add(
            "%s such as %s mean nothing here; the signs are read as they stand"
                .formatted(syntax.noun, matcher.group()));
      }
    }
    return List.copyOf(notes);
  }
}
