package dev.longtake.ops.film;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderNameTest {

  @ParameterizedTest
  @CsvSource({
    "New York Zoo, new-york-zoo",
    "  --A/B\\C: d--, a-b-c-d",
    "Überraschung, überraschung",
    "第一秒, 第一秒",
    "हिन्दी फ़िल्म, हिन्दी-फ़िल्म",
    "../../etc/passwd, etc-passwd",
    ".hidden, hidden",
  })
  void of_nameOfAnyLanguage_keepsItsLetters(String name, String folder) {
    assertThat(FolderName.of(name))
        .isEqualTo(java.text.Normalizer.normalize(folder, java.text.Normalizer.Form.NFC));
  }

  @ParameterizedTest
  @ValueSource(strings = {"🦁🐧", "🎬", "!!!", "con", "NUL", "Com1", "."})
  void of_nameWithoutLettersOrReserved_isToldApartByDigits(String name) {
    assertThat(FolderName.of(name)).matches("film-[0-9a-f]{8}");
    assertThat(FolderName.of(name)).isNotEqualTo(FolderName.of(name + "!"));
  }

  @Test
  void of_longName_isCutAtACharacterAndToldApart() {
    String balloon = "在第一秒时气球迅速膨胀".repeat(20);

    String first = FolderName.of(balloon + "甲");
    String second = FolderName.of(balloon + "乙");

    assertThat(first).startsWith("在第一秒时气球迅速膨胀").doesNotContain("\uFFFD");
    assertThat(first.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(140);
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void of_sameNameComposedOrNot_isOneFolder() {
    assertThat(FolderName.of("Cafe\u0301")).isEqualTo(FolderName.of("Caf\u00e9"));
  }

  @Test
  void of_namesThatDifferInCaseAlone_areOneFolder() {
    assertThat(FolderName.of("ZOO")).isEqualTo(FolderName.of("zoo"));
  }
}
