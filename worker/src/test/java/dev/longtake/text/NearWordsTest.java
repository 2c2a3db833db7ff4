package dev.longtake.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.model.VideoModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearWordsTest {

  private static final List<String> KNOWN = List.of("a", "elephant", "rhino", "right", "grey");

  @Test
  void of_aMistypedWord_isTheWordThatWasMeant() {
    assertThat(NearWords.of("Elefant", KNOWN, 3)).containsExactly("elephant");
    assertThat(NearWords.of("gray", KNOWN, 3)).containsExactly("grey");
  }

  @Test
  void of_aWordLikeNone_isEmpty() {
    assertThat(NearWords.of("zeppelin", KNOWN, 3)).isEmpty();
  }

  @Test
  void of_severalNearOnes_isTheNearestFirstAndNoMoreThanAsked() {
    List<String> known = List.of("walk", "walks", "talks");

    assertThat(NearWords.of("wolks", known, 2)).containsExactly("walks", "talks");
    assertThat(NearWords.of("wolks", known, 1)).containsExactly("walks");
  }

  @Test
  void distance_ofWords_countsChangedLetters() {
    assertThat(NearWords.distance("", "abc")).isEqualTo(3);
    assertThat(NearWords.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void nearestWords_ofTheBundledCheckpoint_areOfItsVocabulary() {
    assertThat(VideoModel.nearestWords(Path.of("model/toybox"), "girafe", 2)).startsWith("giraffe");
  }
}
