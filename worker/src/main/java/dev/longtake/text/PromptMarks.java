package dev.longtake.text;

import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Brings the marks of a text to those that models were trained on, as Wan's program does before it
 * reads a prompt (ftfy's {@code fix_text} with its defaults, of which the repair of text that was
 * decoded wrongly is left out): curly quotes become straight, letters of full and half width and
 * ligatures plain, escapes of terminals and control characters go, and letters are composed (NFC).
 */
final class PromptMarks {

  private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001B\\[[\\d;]*[A-Za-z]");
  private static final Pattern CONTROL =
      Pattern.compile("[\\x00-\\x08\\x0B\\x0E-\\x1F\\x7F\\u206A-\\u206F\\uFEFF\\uFFF9-\\uFFFC]");
  private static final Pattern SINGLE_QUOTE = Pattern.compile("[\\u02BC\\u2018-\\u201B]");
  private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\\u201C-\\u201F]");
  private static final Pattern WIDTH = Pattern.compile("[\\u3000\\uFF01-\\uFFEF]");

  private static final Pattern LIGATURE =
      Pattern.compile("[\\u0132\\u0133\\u0149\\u01C4-\\u01CC\\u01F1-\\u01F3\\uFB00-\\uFB06]");

  /** The two whose compatibility form is not what they look like. */
  private static final Map<String, String> LIGATURES = Map.of("\u0149", "'n", "\uFB05", "st");

  private PromptMarks() {}

  static String fix(String text) {
    String fixed = TERMINAL_ESCAPE.matcher(text).replaceAll("");
    fixed = CONTROL.matcher(fixed).replaceAll("");
    fixed = SINGLE_QUOTE.matcher(fixed).replaceAll("'");
    fixed = DOUBLE_QUOTE.matcher(fixed).replaceAll("\"");
    fixed = LIGATURE.matcher(fixed).replaceAll(match -> plain(match.group()));
    fixed = WIDTH.matcher(fixed).replaceAll(match -> plain(match.group()));
    return Normalizer.normalize(fixed, Normalizer.Form.NFC);
  }

  private static String plain(String mark) {
    String known = LIGATURES.get(mark);
    String plain = known != null ? known : Normalizer.normalize(mark, Normalizer.Form.NFKC);
    return java.util.regex.Matcher.quoteReplacement(plain);
  }
}
