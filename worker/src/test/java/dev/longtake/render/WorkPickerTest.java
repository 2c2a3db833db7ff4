package dev.longtake.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.render.WorkPicker.Candidate;
import dev.longtake.render.WorkPicker.Candidate.Decode;
import dev.longtake.render.WorkPicker.Candidate.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkPickerTest {

  @Test
  void pick_chunks_takesTheOneWithFewestSteps() {
    assertThat(pick(new Step(0, 3, false), new Step(0, 1, false), new Step(0, 1, false)))
        .isEqualTo(1);
  }

  @Test
  void pick_coupledChunk_goesBeforeOneWithFewerSteps() {
    assertThat(pick(new Step(0, 1, false), new Step(0, 3, true))).isEqualTo(1);
  }

  @Test
  void pick_chunksOfTwoShots_takesTheEarlierShots() {
    assertThat(pick(new Step(1, 0, false), new Step(0, 4, false))).isEqualTo(1);
  }

  @Test
  void pick_decode_goesBetweenCoupledAndOtherChunks() {
    assertThat(pick(new Step(0, 0, false), new Decode(false), new Step(0, 3, true))).isEqualTo(2);
    assertThat(pick(new Step(0, 0, false), new Decode(false))).isEqualTo(1);
  }

  @Test
  void pick_overdueDecode_goesFirst() {
    assertThat(pick(new Step(0, 0, true), new Decode(false), new Decode(true))).isEqualTo(2);
  }

  private static int pick(Candidate... candidates) {
    return WorkPicker.byNeed().pick(List.of(candidates));
  }
}
