package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ThroughputTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final double RATE = 8;

  private final Throughput throughput = new Throughput(START);

  private void take(int second, double framesDone) {
    throughput.take(
        START.plusSeconds(second), List.of(new Work("a", framesDone, 100)), Set.of(), id -> RATE);
  }

  @Test
  void framesPerSecond_evenProgress_isItsSpeed() {
    for (int second = 0; second <= 20; second++) {
      take(second, 2.0 * second);
    }

    Instant now = START.plusSeconds(20);
    assertThat(throughput.framesPerSecond(now)).isCloseTo(2, within(1e-9));
    assertThat(throughput.timesRealTime(now)).isCloseTo(2 / RATE, within(1e-9));
    assertThat(throughput.millisLeft("a")).hasValue(30_000);
  }

  @Test
  void take_workThatWasLost_countsAsDoneTwiceAndNotAsProgress() {
    take(0, 0);
    take(1, 10);
    take(2, 4);
    take(3, 10);

    assertThat(throughput.redoneFrames()).isEqualTo(6);
    assertThat(throughput.hour().all().getFirst().frames()).isEqualTo(10);
  }

  @Test
  void take_storyThatHasSucceeded_countsWhatWasLeft() {
    take(0, 90);
    throughput.take(START.plusSeconds(1), List.of(), Set.of("a"), id -> RATE);
    throughput.take(START.plusSeconds(2), List.of(), Set.of("a"), id -> RATE);

    assertThat(throughput.hour().all().getFirst().frames()).isEqualTo(10);
    assertThat(throughput.millisLeft("a")).isEmpty();
  }

  @Test
  void take_storyThatWasCancelled_countsNothingMore() {
    take(0, 90);
    throughput.take(START.plusSeconds(1), List.of(), Set.of(), id -> RATE);

    assertThat(throughput.hour().all().getFirst().frames()).isZero();
  }

  @Test
  void stillFor_progressAndThenNone_isTheTimeSince() {
    take(0, 0);
    take(5, 1);
    take(65, 1);

    assertThat(throughput.stillFor("a", START.plusSeconds(65))).isEqualTo(Duration.ofMinutes(1));
    assertThat(throughput.millisLeft("a")).isEmpty();
  }

  @Test
  void hour_longPauses_areZerosAndNeverMoreThanAnHour() {
    take(0, 0);
    take(2000, 10);
    take(4000, 20);

    assertThat(throughput.hour().all()).hasSize(360);
    assertThat(throughput.hour().all()).filteredOn(it -> it.frames() > 0).hasSize(2);
    take(1_000_000, 20);
    assertThat(throughput.hour().all()).hasSize(1);
  }
}
