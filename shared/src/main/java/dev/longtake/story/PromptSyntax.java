package dev.longtake.story;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signs that mean something to other programs and nothing here, or that nobody sees. A prompt is
 * read as it is written; whoever writes them is told.
 */
public enum PromptSyntax {
  WEIGHT(
      "\\([^()\\n]+:\\s*-?\\d+(?:\\.\\d+)?\\)|\\([^()\\n]+\\)\\d?\\.\\d+|\\w+::-?\\d", "weights"),
  EMPHASIS("\\({2,}|\\){2,}|\\[{2,}|\\]{2,}", "emphasis by brackets"),
  MARKED("\\w(?:\\+{2,}|-{2,})(?=\\s|$|,)", "emphasis by plus and minus"),
  SCHEDULE("\\[[^\\[\\]\\n]*:[^\\[\\]\\n]*:\\s*\\d*\\.?\\d+\\]", "schedules"),
  CHOICE("\\{[^{}\\n]*\\|[^{}\\n]*\\}", "choices"),
  ADAPTER("<(?:lora|lyco|hypernet|embedding):[^>\\n]*>|\\bembedding:\\w+", "adapters"),
  WILDCARD("__[A-Za-z0-9/_-]+__", "wildcards"),
  PLACEHOLDER(
      "\\{\\w+\\}|<\\w+\\d>|(?<=^|\\s)@\\w+|\\[(?:subject|character|image|style)[^\\]\\n]*\\]",
      "placeholders"),
  FLAG("(?<=^|\\s)--(?:ar|no|v|q|s|seed|style|stylize|chaos|niji|neg)\\b", "flags"),
  BREAK("(?<=^|\\s)(?:BREAK|AND)(?=\\s|$)", "parts joined by such words"),
  SETTINGS(
      "(?i)\\b(?:steps: ?\\d+|sampler: ?\\w+|cfg scale: ?\\d+)",
      Kind.SENTENCE,
      "settings of other programs such as %s are read as words: write them under settings, or leave"
          + " them out"),
  NEGATIVE(
      "(?i)\\bnegative[ _]?prompt\\s*:",
      Kind.SENTENCE,
      "what follows \"%s\" is read as if it were wanted: write it under negative_prompt"),
  ESCAPE(
      "\\\\[nrtu]",
      Kind.SENTENCE,
      "%s is read as a backslash and a letter; only double quotes make a sign of it"),
  INVISIBLE(
      "[\\u00AD\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]",
      Kind.SENTENCE,
      "%s cannot be seen, and may take a word apart; leave it out");

  private enum Kind {
    /** The text is what such signs are called. */
    NOUN,
    /** The text is the whole sentence. */
    SENTENCE
  }

  private final Pattern pattern;
  private final Kind kind;
  private final String text;

  PromptSyntax(String pattern, String noun) {
    this(pattern, Kind.NOUN, noun);
  }

  PromptSyntax(String pattern, Kind kind, String text) {
    this.pattern = Pattern.compile(pattern);
    this.kind = kind;
    this.text = text;
  }

  /** A sentence for each kind of sign that this prompt has. */
  public static List<String> notes(String prompt) {
    List<String> notes = new ArrayList<>();
    for (PromptSyntax syntax : values()) {
      Matcher matcher = syntax.pattern.matcher(prompt);
      if (matcher.find()) {
        notes.add(syntax.note(matcher.group()));
      }
    }
    return List.copyOf(notes);
  }

  private String note(String found) {
    return switch (kind) {
      case NOUN ->
          "%s such as %s mean nothing here; the signs are read as they stand"
              .formatted(text, found);
      case SENTENCE -> text.formatted(this == INVISIBLE ? codePoint(found) : found);
    };
  }

  private static String codePoint(String sign) {
    return "the sign U+%04X".formatted(sign.codePointAt(0));
  }
}
