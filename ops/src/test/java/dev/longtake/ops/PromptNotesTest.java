package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptNotesTest {

  @Test
  void described_mistypedWord_isToldWithTheNearestKnownOnes() {
    assertThat(PromptNotes.described("girafe", TinyStory.model()))
        .isEqualTo("girafe (near: giraffe, grazes)");
  }

  @Test
  void described_wordLikeNone_standsAlone() {
    assertThat(PromptNotes.described("xylophone", TinyStory.model())).isEqualTo("xylophone");
  }
}
