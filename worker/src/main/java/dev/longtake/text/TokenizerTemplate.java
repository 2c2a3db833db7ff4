package dev.longtake.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;

/**
 * What puts marks around a prompt's ids, as {@code tokenizer.json} says. The native library
 * believes it: a mark that is not explained there ends the whole process at the first prompt.
 */
final class TokenizerTemplate {

  private static final int DEPTH_MAX = 8;

  private TokenizerTemplate() {}

  /**
   * Checks that every mark is explained.
   *
   * @param processor the file's {@code post_processor}; absent and null are as good as any
   * @throws LongtakeException {@code MODEL_INVALID} if one is not
   */
  static void check(Path file, JsonNode processor) {
    check(file, processor, 0);
  }

  private static void check(Path file, JsonNode processor, int depth) {
    if (depth > DEPTH_MAX) {
      throw invalid(file, "at most %d within each other".formatted(DEPTH_MAX), "more");
    }
    for (JsonNode inner : processor.path("processors")) {
      check(file, inner, depth + 1);
    }
    JsonNode explained = processor.path("special_tokens");
    for (String form : new String[] {"single", "pair"}) {
      for (JsonNode piece : processor.path(form)) {
        String mark = mark(piece);
        if (!mark.isEmpty() && !isExplained(explained, mark)) {
          throw invalid(file, "%s to be among special_tokens".formatted(mark), "it missing");
        }
      }
    }
  }

  /** Templates may be written as objects or as words, {@code $A} and {@code [CLS]:1}. */
  private static String mark(JsonNode piece) {
    if (piece.isTextual()) {
      String word = piece.textValue();
      return word.startsWith("$") ? "" : word.replaceFirst(":\\d+$", "");
    }
    return piece.path("SpecialToken").path("id").asText("");
  }

  private static boolean isExplained(JsonNode explained, String mark) {
    for (JsonNode each : explained) { // It goes by their own ids, not by the names of the keys.
      if (each.path("id").asText("").equals(mark)) {
        return true;
      }
    }
    return false;
  }

  private static LongtakeException invalid(Path file, String expected, String found) {
    return new LongtakeException(
        ErrorCode.MODEL_INVALID,
        "%s: post_processor: expected %s, found %s".formatted(file, expected, found));
  }
}
