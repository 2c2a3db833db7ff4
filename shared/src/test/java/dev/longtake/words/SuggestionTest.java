package dev.longtake.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {

  private static final List<String> KNOWN = List.of("a", "elephant", "rhino", "right", "grey");

  @Test
  void several_aMistypedWord_isTheWordThatWasMeant() {
    assertThat(Suggestion.several("Elefant", KNOWN, 3)).containsExactly("elephant");
    assertThat(Suggestion.several("gray", KNOWN, 3)).containsExactly("grey");
  }

  @Test
  void several_aWordLikeNone_isEmpty() {
    assertThat(Suggestion.several("zeppelin", KNOWN, 3)).isEmpty();
  }

  @Test
  void several_severalNearOnes_isTheNearestFirstAndNoMoreThanAsked() {
    List<String> known = List.of("walk", "walks", "talks");

    assertThat(Suggestion.several("wolks", known, 2)).containsExactly("walks", "talks");
    assertThat(Suggestion.several("wolks", known, 1)).containsExactly("walks");
  }

  @Test
  void distance_ofWords_countsChangedLetters() {
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void nearest_lettersSwapped_isTheWordThatWasMeant() {
    assertThat(Suggestion.nearest("timeuot", List.of("timeout", "time"))).contains("timeout");
    assertThat(Suggestion.ending("timeuot", List.of("timeout")))
        .isEqualTo("; did you mean timeout?");
    assertThat(Suggestion.ending("zeppelin", List.of("timeout"))).isEmpty();
  }
}
