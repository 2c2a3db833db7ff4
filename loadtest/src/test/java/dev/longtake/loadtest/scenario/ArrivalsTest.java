package dev.longtake.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Test
  void of_theSameSeed_isTheSame() {
    assertThat(Arrivals.of(50, TEN_SECONDS, 7)).isEqualTo(Arrivals.of(50, TEN_SECONDS, 7));
    assertThat(Arrivals.of(50, TEN_SECONDS, 7)).isNotEqualTo(Arrivals.of(50, TEN_SECONDS, 8));
  }

  @Test
  void of_anySeed_isInOrderAndWithinTheTime() {
    for (long seed = 0; seed < 100; seed++) {
      assertThat(Arrivals.of(50, TEN_SECONDS, seed))
          .as("seed " + seed)
          .isSorted()
          .allMatch(time -> !time.isNegative() && time.compareTo(TEN_SECONDS) < 0);
    }
  }

  @Test
  void of_noTime_isAllAtOnce() {
    assertThat(Arrivals.of(3, Duration.ZERO, 1)).containsOnly(Duration.ZERO);
  }
}
