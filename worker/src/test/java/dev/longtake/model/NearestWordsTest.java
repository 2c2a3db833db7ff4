package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NearestWordsTest {

  @Test
  void nearestWords_ofTheBundledCheckpoint_areOfItsVocabulary() {
    assertThat(VideoModel.nearestWords(Path.of("model/toybox"), "girafe", 2)).startsWith("giraffe");
  }
}
