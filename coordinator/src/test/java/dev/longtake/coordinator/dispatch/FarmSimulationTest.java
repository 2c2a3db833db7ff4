package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever dies, sleeps, or is late, the film is the same: from many seeds, each of which replays.
 */
class FarmSimulationTest {

  private static final int SEEDS = Integer.getInteger("simulation.seeds", 2_000);
  private static final long FIRST = Long.getLong("simulation.first", 1);

  /** What was violated, with the seed that replays it. */
  private static Optional<String> violation(long seed, SimRules rules, boolean isQuiet) {
    try {
      new SimFarm(seed, rules, isQuiet).run();
      return Optional.empty();
    } catch (SimViolation | IllegalStateException e) {
      return Optional.of("seed %d: %s".formatted(seed, e.getMessage()));
    }
  }

  @Test
  void run_withoutFaults_endsWithTheFilm() {
    assertThat(LongStream.range(0, 50).mapToObj(seed -> violation(seed, SimRules.SOUND, true)))
        .allMatch(Optional::isEmpty);
  }

  @Test
  void run_withFaults_endsWithTheSameFilm() {
    long start = System.nanoTime();
    List<String> violations = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      violation(seed, SimRules.SOUND, false).ifPresent(violations::add);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%d seeds in %.1f s: %.0f a minute%n", SEEDS, seconds, SEEDS * 60 / seconds);
    assertThat(violations).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {20_235, 20_360, 37_178, 62_506, 62_986, 63_892, 82_426, 96_248, 105_794})
  void run_withASeedThatFailedOnce_endsWithTheSameFilm(long seed) {
    assertThat(violation(seed, SimRules.SOUND, false)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOUND")
  void run_withABrokenRule_isCaught(SimRules rules) {
    assertThat(
            LongStream.range(0, SEEDS)
                .mapToObj(seed -> violation(seed, rules, false))
                .filter(Optional::isPresent)
                .findFirst())
        .isPresent();
  }
}
