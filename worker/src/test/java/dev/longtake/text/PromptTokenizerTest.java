package dev.longtake.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longtake.error.LongtakeException;
import dev.longtake.weights.Golden;
import dev.longtake.weights.JsonFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTokenizerTest {

  private static final int LENGTH_MAX = 8;

  @Test
  void encode_ofKnownWords_endsWithTheEndMark() {
    try (PromptTokenizer tokenizer = words()) {
      PromptTokens tokens = tokenizer.encode("A red  rhino, walks!");

      // The vocabulary of words/tokenizer.json: pad 0, end 1, unknown 2, then words.
      assertThat(tokens.ids()).containsExactly(5, 6, 7, 3, 8, 2, 1);
      assertThat(tokens.padded(8)).containsExactly(5, 6, 7, 3, 8, 2, 1, 0);
      assertThat(tokens.truncated()).isFalse();
      assertThat(tokens.unknownWords()).containsExactly("!");
    }
  }

  @Test
  void encode_ofUnknownWords_reportsEachOnceAsWritten() {
    try (PromptTokenizer tokenizer = words()) {
      PromptTokens tokens = tokenizer.encode("a Zébra \uD83E\uDD93 zébra Dragon");

      assertThat(tokens.ids()).containsExactly(5, 2, 2, 2, 2, 1);
      assertThat(tokens.unknownWords()).containsExactly("Zébra", "\uD83E\uDD93", "zébra", "Dragon");
    }
  }

  @Test
  void encode_ofALongPrompt_keepsTheEndMark() {
    try (PromptTokenizer tokenizer = words()) {
      PromptTokens tokens = tokenizer.encode("a red rhino walks a red rhino walks a red");

      assertThat(tokens.ids()).containsExactly(5, 6, 7, 8, 5, 6, 7, 1);
      assertThat(tokens.truncated()).isTrue();
    }
  }

  @Test
  void encode_ofNothing_isTheEndMarkAlone() {
    try (PromptTokenizer tokenizer = words()) {
      assertThat(tokenizer.encode(" \n ").ids()).containsExactly(1);
    }
  }

  @Test
  void encode_ofAHugePrompt_isRefused() {
    try (PromptTokenizer tokenizer = words()) {
      assertThatThrownBy(() -> tokenizer.encode("a".repeat(10_000_000)))
          .isInstanceOf(LongtakeException.class)
          .hasMessage("a prompt may have 100000 characters, found 10000000");
    }
  }

  @Test
  void open_ofAnEmptyFolder_saysWhatWasExpected(@TempDir Path folder) {
    assertThatThrownBy(() -> PromptTokenizer.open(folder, 512))
        .isInstanceOf(LongtakeException.class)
        .hasMessageEndingWith("expected tokenizer.json or spiece.model, found neither");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "\n\u0005ab", "\u0012\u0002\u0018\u0002"})
  void open_ofABrokenSentencePieceFile_isOneFailure(String content, @TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("spiece.model"), content);

    assertThatThrownBy(() -> PromptTokenizer.open(folder, 512))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("spiece.model: ");
  }

  /** The native library would end the process at the first prompt. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"single\": [{\"SpecialToken\": {\"id\": \"[X]\"}}], \"special_tokens\": {}}",
        "{\"pair\": [\"$A:0\", \"[X]:1\"], \"special_tokens\": {\"[X]\": {\"id\": \"[Y]\"}}}",
        "{\"processors\": [{\"single\": [\"[X]\"]}]}",
      })
  void open_ofATemplateWithAnUnexplainedMark_isRefused(String template, @TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), "{\"post_processor\": %s}".formatted(template));

    assertThatThrownBy(() -> PromptTokenizer.open(folder, 512))
        .isInstanceOf(LongtakeException.class)
        .hasMessageEndingWith(
            "post_processor: expected [X] to be among special_tokens, found it missing");
  }

  @Test
  void encode_ofTheGoldenCases_givesTheOriginalsIds() {
    JsonNode golden = JsonFile.read(Golden.path("io/tokenizer_cases.json"), 1 << 20);
    int length = golden.path("max_length").asInt();

    try (PromptTokenizer tokenizer =
        PromptTokenizer.open(Golden.path("tiny-wan-t2v/tokenizer"), length)) {
      for (JsonNode one : golden.path("cases")) {
        int[] ids = tokenizer.encode(one.path("text").asText()).ids();

        assertThat(Arrays.copyOf(ids, ids.length - 1))
            .as(one.path("text").asText())
            .containsExactly(ids(one.path("ids_without_eos_truncated_511")));
        assertThat(ids[ids.length - 1]).isEqualTo(golden.path("eos_id").asInt());
      }
    }
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = list.get(i).asInt();
    }
    return ids;
  }

  @Test
  void open_ofABrokenFile_isOneFailure(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Nonsense\"}}");

    assertThatThrownBy(() -> PromptTokenizer.open(folder, 512))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void clean_ofTheGoldenCases_equalsTheOriginal() {
    JsonNode cases = JsonFile.read(Golden.path("io/tokenizer_cases.json"), 1 << 20).path("cases");

    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      assertThat(PromptCleaning.clean(one.path("text").asText()))
          // The golden cases were cleaned without ftfy, which Wan's own program always applies.
          .isEqualTo(PromptMarks.fix(one.path("cleaned").asText()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "\u201cWelcome home\u201d, '\"Welcome home\"'",
    "it\u2019s, 'it''s'",
    "\uff46\uff55\uff4c\uff4c\u3000\uff57\uff49\uff44\uff54\uff48\uff01, full width!",
    "\ufb01ne \ufb02ow, fine flow",
    "cafe\u0301, caf\u00e9",
    "a\u0000b\ufeffc, abc",
    "\uff8a\uff9f, \u30cf\u309a",
  })
  void fix_marksOfOtherForms_areThoseOfTraining(String text, String expected) {
    assertThat(PromptMarks.fix(text))
        .isEqualTo(Normalizer.normalize(expected, Normalizer.Form.NFC));
  }

  @Test
  void clean_ofEntities_resolvesThemTwice() {
    assertThat(PromptCleaning.clean("&amp;lt;b&gt; &#233;&#x1F993; &unknown; &#55296; R&amp;D"))
        .isEqualTo("<b> é\uD83E\uDD93 &unknown; &#55296; R&D");
  }

  private static PromptTokenizer words() {
    try {
      return PromptTokenizer.open(
          Path.of(
              Objects.requireNonNull(PromptTokenizerTest.class.getResource("/tokenizer/words"))
                  .toURI()),
          LENGTH_MAX);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
