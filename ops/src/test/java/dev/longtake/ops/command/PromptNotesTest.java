package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.ops.TinyStory;
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
