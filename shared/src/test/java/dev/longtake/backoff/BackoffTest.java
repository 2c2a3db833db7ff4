package dev.longtake.backoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BackoffTest {

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  @ParameterizedTest
  @CsvSource({
    "0, 0, 100",
    "1, 0, 200",
    "2, 0, 400",
    "5, 0, 3200",
    "6, 0, 5000",
    "2147483647, 0, 5000",
    "0, 0.5, 75",
    "2, 0.5, 300",
    "9, 0.5, 3750",
  })
  void pause_ofAnAttempt_doublesUpToTheLongestLessChance(int attempt, double chance, long millis) {
    assertThat(BACKOFF.pause(attempt, chance)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void pause_ofAnySeed_isBetweenHalfAndAll(long seed) {
    Chance chance = new Chance(seed);
    for (int attempt = 0; attempt < 20; attempt++) {
      Duration pause = BACKOFF.pause(attempt, chance.getAsDouble());

      assertThat(pause).isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
    }
  }

  /** A hundred workers that lose the same coordinator. */
  @Test
  void pause_ofManyProcesses_isSpread() {
    Set<Duration> pauses = new HashSet<>();
    IntStream.range(0, 100)
        .forEach(i -> pauses.add(BACKOFF.pause(4, Chance.ofProcess().getAsDouble())));

    assertThat(pauses).hasSizeGreaterThan(90);
  }

  @Test
  void pause_ofArgumentsThatCannotBe_isRefused() {
    assertThatThrownBy(() -> BACKOFF.pause(-1, 0)).hasMessage("attempt is negative: -1");
    assertThatThrownBy(() -> BACKOFF.pause(0, 1))
        .hasMessage("chance: expected 0 to less than 1, found 1.0");
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessage("longest PT1S is less than first PT2S");
  }
}
