package dev.longtake.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.plan.CheckpointPolicy;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CheckpointPlanTest {

  private static int[] due(CheckpointPlan plan, int stepCount) {
    return IntStream.rangeClosed(0, stepCount)
        .filter(it -> plan.isDue(it, stepCount, Duration.ofSeconds(5)))
        .toArray();
  }

  private static CheckpointPlan every(int resumeStep, int steps) {
    return new CheckpointPlan(resumeStep, CheckpointPolicy.every(steps));
  }

  @Test
  void isDue_fromNoise_isEveryIntervalButNeitherTheFirstNorTheLast() {
    assertThat(due(every(0, 3), 9)).containsExactly(3, 6);
    assertThat(due(every(0, 3), 10)).containsExactly(3, 6, 9);
  }

  /** Chunks that resumed keep their state at the steps of those that did not. */
  @Test
  void isDue_afterResuming_keepsToTheSameSteps() {
    assertThat(due(every(3, 3), 10)).containsExactly(6, 9);
    assertThat(due(every(4, 3), 10)).containsExactly(6, 9);
  }

  @Test
  void isDue_byTime_goesByTheTimeOfAStep() {
    assertThat(due(new CheckpointPlan(4, CheckpointPolicy.within(Duration.ofSeconds(20))), 20))
        .containsExactly(8, 12, 16);
  }

  @Test
  void isDue_withoutAnInterval_isNever() {
    assertThat(due(CheckpointPlan.NONE, 10)).isEmpty();
  }
}
