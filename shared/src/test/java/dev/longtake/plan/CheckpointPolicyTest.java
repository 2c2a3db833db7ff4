package dev.longtake.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointPolicyTest {

  private static final CheckpointPolicy BY_TIME = CheckpointPolicy.within(Duration.ofSeconds(20));

  private static int[] due(CheckpointPolicy policy, Duration stepTime) {
    return IntStream.rangeClosed(1, 50).filter(step -> policy.isDue(step, stepTime)).toArray();
  }

  /** So many steps of that time take 10 to 20 seconds, or there is one. */
  @ParameterizedTest
  @CsvSource({"60000,1", "20000,1", "10001,1", "10000,2", "4000,4", "1300,8", "1000,16", "500,32"})
  void isDue_byTime_isTheLargestPowerOfTwoWithinTwentySeconds(long stepMillis, int interval) {
    assertThat(due(BY_TIME, Duration.ofMillis(stepMillis)))
        .isEqualTo(due(CheckpointPolicy.every(interval), Duration.ZERO));
  }

  @Test
  void isDue_ofAShotThatTakesSeconds_isNever() {
    assertThat(due(BY_TIME, Duration.ofMillis(50))).isEmpty();
    assertThat(due(BY_TIME, Duration.ZERO)).isEmpty();
  }

  /** Workers of different speed keep a shot's chunks at common steps. */
  @Test
  void isDue_ofSlowerSteps_isDueWheneverFasterOnesAre() {
    for (int millis = 100; millis < 30_000; millis += 100) {
      int[] slower = due(BY_TIME, Duration.ofMillis(millis + 100));
      int[] faster = due(BY_TIME, Duration.ofMillis(millis));

      assertThat(Arrays.stream(slower).boxed().toList())
          .containsAll(Arrays.stream(faster).boxed().toList());
    }
  }

  @Test
  void isDue_ofAnIntervalThatIsSaid_isThat() {
    assertThat(due(CheckpointPolicy.every(7), Duration.ofHours(1)))
        .containsExactly(7, 14, 21, 28, 35, 42, 49);
    assertThat(due(CheckpointPolicy.OFF, Duration.ofHours(1))).isEmpty();
  }

  @Test
  void every_outOfRange_isRefused() {
    assertThatThrownBy(() -> CheckpointPolicy.every(-1))
        .hasMessage("checkpoint steps: expected 0 to 1000, found -1");
    assertThatThrownBy(() -> CheckpointPolicy.every(1001)).hasMessageContaining("found 1001");
  }
}
