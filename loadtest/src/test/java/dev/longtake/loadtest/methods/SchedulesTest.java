package dev.longtake.loadtest.methods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.plan.ChunkPlan;
import dev.longtake.plan.ChunkPolicy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulesTest {

  private static final ChunkPolicy POLICY = new ChunkPolicy(6, 2);
  private static final int STEPS = 12;

  private static int[] weights(List<Window> windows, int frameCount) {
    int[] weights = new int[frameCount];
    for (Window window : windows) {
      for (int i = 0; i < window.frames().size(); i++) {
        weights[window.frames().get(i)] += window.weights().get(i);
      }
    }
    return weights;
  }

  private static List<Integer> all(int frameCount, int weight) {
    return Collections.nCopies(frameCount, weight);
  }

  @Test
  void chunks_onOverlaps_rampInWholeNumbers() {
    ChunkPlan plan = ChunkPlan.of(10, POLICY);

    List<Window> windows = Schedules.chunks(plan).at(0, 1);

    assertThat(windows).hasSize(2);
    assertThat(windows.getFirst().weights()).containsExactly(3, 3, 3, 3, 2, 1);
    assertThat(windows.getLast().weights()).containsExactly(1, 2, 3, 3, 3, 3);
    assertThat(windows.getLast().frames()).containsExactly(4, 5, 6, 7, 8, 9);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 10, 21, 61})
  void schedules_ofAnyLength_giveEveryFrameTheSameWeight(int frameCount) {
    ChunkPlan plan = ChunkPlan.of(frameCount, POLICY);

    for (int step = 0; step < STEPS; step++) {
      double sigma = 1 - (double) step / STEPS;
      assertThat(weights(Schedules.chunks(plan).at(step, sigma), frameCount)).containsOnly(3);
      assertThat(weights(Schedules.randomCuts(plan, 9).at(step, sigma), frameCount))
          .containsOnly(1);
      assertThat(weights(Schedules.shifted(frameCount, 6, 9).at(step, sigma), frameCount))
          .containsOnly(1);
      int[] alternating = weights(Schedules.alternating(plan, 6, 0.5).at(step, sigma), frameCount);
      assertThat(Arrays.stream(alternating).boxed().toList())
          .isEqualTo(all(frameCount, sigma >= 0.5 && step % 2 == 0 ? 1 : 3));
    }
  }

  @Test
  void withGlobal_whileNoiseIsHigh_addsOneChunkOverTheWholeShot() {
    ChunkPlan plan = ChunkPlan.of(61, POLICY);
    Schedule schedule = Schedules.withGlobal(plan, 6, 0.75, 1);

    List<Window> high = schedule.at(3, 0.8);
    List<Window> low = schedule.at(8, 0.6);

    assertThat(high).hasSize(plan.chunks().size() + 1);
    assertThat(high.getLast().frames()).containsExactly(3, 14, 25, 36, 47, 58);
    assertThat(low).isEqualTo(Schedules.chunks(plan).at(8, 0.6));
  }

  @Test
  void randomCuts_atTwoSteps_areTheSameForTheSameSeedAlone() {
    ChunkPlan plan = ChunkPlan.of(61, POLICY);

    assertThat(Schedules.randomCuts(plan, 9).at(4, 1))
        .isEqualTo(Schedules.randomCuts(plan, 9).at(4, 1))
        .isNotEqualTo(Schedules.randomCuts(plan, 9).at(5, 1))
        .isNotEqualTo(Schedules.randomCuts(plan, 10).at(4, 1));
  }
}
