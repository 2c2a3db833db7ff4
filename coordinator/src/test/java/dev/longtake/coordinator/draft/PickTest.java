package dev.longtake.coordinator.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.StoryDetail.Sketch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PickTest {

  private static Sketch chunk(int first, int count, int step) {
    return new Sketch(first, count, step, Optional.empty());
  }

  @Test
  void of_chunksThatOverlap_takesEachFrameOnceOfTheOneThatIsFurther() {
    List<Sketch> chunks = List.of(chunk(0, 4, 3), chunk(2, 4, 5), chunk(4, 4, 5));

    assertThat(Pick.of(chunks, 100))
        .containsExactly(
            new Pick(0, 0),
            new Pick(0, 1),
            new Pick(1, 2),
            new Pick(1, 3),
            new Pick(1, 4),
            new Pick(1, 5),
            new Pick(2, 6),
            new Pick(2, 7));
  }

  @Test
  void of_moreFramesThanAreShown_spreadsThemFromTheFirstToTheLast() {
    assertThat(Pick.of(List.of(chunk(0, 21, 1)), 3))
        .extracting(Pick::frame)
        .containsExactly(0, 10, 20);
    assertThat(Pick.of(List.of(chunk(0, 21, 1)), 1)).extracting(Pick::frame).containsExactly(0);
  }

  @Test
  void of_chunksWithNothingKept_leavesTheirFramesOut() {
    List<Sketch> chunks = List.of(chunk(0, 4, 0), chunk(2, 4, 1), chunk(4, 4, 0));

    assertThat(Pick.of(chunks, 100)).extracting(Pick::frame).containsExactly(2, 3, 4, 5);
    assertThat(Pick.of(List.of(chunk(0, 4, 0)), 100)).isEmpty();
  }
}
