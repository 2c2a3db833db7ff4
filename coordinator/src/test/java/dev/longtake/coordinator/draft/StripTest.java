package dev.longtake.coordinator.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.draft.DraftMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripTest {

  private static ChunkLatents latents(int height, int width) {
    return new ChunkLatents(1, height, width, frame -> new float[height * width]);
  }

  private static DraftMap map(int patch) {
    return new DraftMap(1, patch, new float[3 * patch * patch * 2]);
  }

  /** Small films get several pixels a cell, large ones one, huge ones less. */
  @ParameterizedTest
  @CsvSource({"10,16,4,64,40", "60,104,2,208,120", "90,160,2,160,90", "600,900,4,225,150"})
  void of_framesOfAnySize_areBounded(
      int height, int width, int patch, int shownWidth, int shownHeight) {
    ChunkLatents latents = latents(height, width);
    Strip strip = Strip.of(map(patch), latents).orElseThrow();

    assertThat(strip.add(latents, List.of(0, 1))).isTrue();

    assertThat(strip.width()).isEqualTo(shownWidth);
    assertThat(strip.height()).isEqualTo(shownHeight);
    assertThat(strip.frameCount()).isEqualTo(2);
  }

  @Test
  void softening_ofOnePoint_spreadsItEvenly() {
    int[] soft = Softening.of(new int[] {0, 0, 0, 0, 0x00ff10, 0, 0, 0, 0}, 3, 3);

    assertThat(soft)
        .containsExactly(
            0x001001, 0x002002, 0x001001, 0x002002, 0x004004, 0x002002, 0x001001, 0x002002,
            0x001001);
    assertThat(Softening.of(new int[] {0x123456, 0x123456}, 1, 2))
        .containsExactly(0x123456, 0x123456);
  }

  @Test
  void add_framesOfAnotherShape_areLeftOut() {
    Strip strip = Strip.of(map(1), latents(2, 3)).orElseThrow();

    assertThat(strip.add(latents(3, 2), List.of(0))).isFalse();
    assertThat(strip.frameCount()).isZero();
    assertThat(Strip.of(new DraftMap(2, 1, new float[9]), latents(2, 3))).isEmpty();
  }
}
