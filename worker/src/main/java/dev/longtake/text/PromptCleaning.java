package dev.longtake.text;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the Wan pipelines do to a prompt before they tokenise it: its marks are brought into form
 * ({@link PromptMarks}), HTML entities are resolved, twice (prompts collected from the web are
 * often escaped twice), and every run of white space becomes one space. Only the entities that
 * occur in ordinary text are known by name.
 */
final class PromptCleaning {

  private static final Pattern ENTITY =
      Pattern.compile("&(?:#(\\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));");
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Map<String, String> NAMED =
      Map.ofEntries(
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("quot", "\""),
          Map.entry("apos", "'"),
          Map.entry("nbsp", " "),
          Map.entry("ndash", "\u2013"),
          Map.entry("mdash", "\u2014"),
          Map.entry("lsquo", "\u2018"),
          Map.entry("rsquo", "\u2019"),
          Map.entry("ldquo", "\u201c"),
          Map.entry("rdquo", "\u201d"),
          Map.entry("hellip", "\u2026"),
          Map.entry("deg", "\u00b0"),
          Map.entry("eacute", "\u00e9"));

  private PromptCleaning() {}

  static String clean(String prompt) {
    String text = unescape(unescape(PromptMarks.fix(prompt)));
    return SPACE.matcher(text).replaceAll(" ").strip();
  }

  private static String unescape(String text) {
    return ENTITY.matcher(text).replaceAll(match -> Matcher.quoteReplacement(resolve(match)));
  }

  private static String resolve(MatchResult match) {
    if (match.group(3) != null) {
      return NAMED.getOrDefault(match.group(3), match.group());
    }
    int codePoint =
        match.group(1) != null
            ? Integer.parseInt(match.group(1))
            : Integer.parseInt(match.group(2), 16);
    boolean isCharacter =
        Character.isValidCodePoint(codePoint)
            && Character.isDefined(codePoint)
            && (codePoint < 0xD800 || codePoint > 0xDFFF);
    return isCharacter ? Character.toString(codePoint) : match.group();
  }
}
