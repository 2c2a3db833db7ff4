package dev.longtake.latent.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StandStillTest {

  private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos(); // It overflows on the way.
  private final StandStill standStill =
      new StandStill(() -> now, Duration.ofSeconds(2), Duration.ofSeconds(30));

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void isDoubtful_ticksGoOn_isFalse() {
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMillis(1_900));
      assertThat(standStill.isDoubtful()).isFalse();
      standStill.tick();
    }
    assertThat(standStill.clear()).isCompleted();
  }

  @Test
  void isDoubtful_noTickForLong_isTrueBeforeTheNextOne() {
    pass(Duration.ofMillis(2_001));

    assertThat(standStill.isDoubtful()).isTrue();
  }

  @Test
  void clear_afterStandingStill_endsWithTheDoubt() {
    pass(Duration.ofSeconds(10));
    CompletableFuture<Void> clear = standStill.clear();
    standStill.tick();
    for (int i = 0; i < 29; i++) {
      pass(Duration.ofSeconds(1));
      standStill.tick();
      assertThat(clear).isNotCompleted();
    }

    pass(Duration.ofSeconds(1));
    standStill.tick();

    assertThat(clear).isCompleted();
    assertThat(standStill.isDoubtful()).isFalse();
  }
}
