package dev.longtake.backoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeldomTest {

  private final Seldom seldom = new Seldom();
  private Instant now = Instant.EPOCH;

  private List<Integer> said(int times, Duration apart) {
    List<Integer> said = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      seldom.ask("left", now).ifPresent(said::add);
      now = now.plus(apart);
    }
    return said;
  }

  @Test
  void ask_everyFiveSeconds_comesThroughEverMoreRarely() {
    List<Integer> said = said(17_280, Duration.ofSeconds(5)); // A day.

    assertThat(said).hasSizeLessThan(32).startsWith(0, 11, 23, 47);
    assertThat(said.getLast()).isEqualTo(719);
  }

  @Test
  void ask_onceADay_comesThroughEachTime() {
    assertThat(said(7, Duration.ofDays(1))).containsOnly(0).hasSize(7);
  }

  @Test
  void ask_aboutSomethingElse_comesThrough() {
    said(10, Duration.ofSeconds(1));

    assertThat(seldom.ask("right", now)).hasValue(0);
  }

  @Test
  void ask_aboutEverNewThings_keepsFewInMind() {
    for (int i = 0; i < 100_000; i++) {
      assertThat(seldom.ask("worker-" + i, now)).hasValue(0);
    }

    assertThat(seldom.ask("worker-99999", now)).isEmpty();
    assertThat(seldom.ask("worker-0", now)).hasValue(0);
  }
}
