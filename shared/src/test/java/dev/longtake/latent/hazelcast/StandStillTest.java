package dev.longtake.latent.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandStillTest {

  private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos(); // It overflows on the way.
  private final StandStill standStill =
      new StandStill(() -> now, Duration.ofSeconds(2), Duration.ofSeconds(30));

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void doubt_ticksGoOn_isNone() {
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMillis(1_900));
      assertThat(standStill.doubt()).isZero();
      standStill.tick();
    }
  }

  @Test
  void doubt_noTickForLong_isThereBeforeTheNextOne() {
    pass(Duration.ofMillis(2_001));

    assertThat(standStill.doubt()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void doubt_afterStandingStill_lastsUntilAGivenUpProcessHasEnded() {
    pass(Duration.ofSeconds(10));
    standStill.tick();
    for (int i = 30; i > 0; i--) {
      assertThat(standStill.doubt()).isEqualTo(Duration.ofSeconds(i));
      pass(Duration.ofSeconds(1));
      standStill.tick();
    }

    assertThat(standStill.doubt()).isZero();
  }
}
