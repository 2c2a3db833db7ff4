package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.moves.Slowness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

  /** How often chunks have moved, by why, in all that was run. */
  private static final Map<Why, Integer> MOVES = new EnumMap<>(Why.class);

  /** What was violated, with the seed that replays it. */
  private static Optional<String> violation(long seed, SimRules rules, boolean isQuiet) {
    try {
      SimFarm farm = new SimFarm(seed, rules, isQuiet);
      farm.run();
      List.of(Why.values())
          .forEach(why -> MOVES.merge(why, farm.checker().moves(why), Integer::sum));
      return Optional.empty();
    } catch (SimViolation | IllegalStateException | IllegalArgumentException e) {
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
    MOVES.clear();
    List<String> violations = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      violation(seed, SimRules.SOUND, false).ifPresent(violations::add);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%d seeds in %.1f s: %.0f a minute; moves %s%n",
        SEEDS, seconds, SEEDS * 60 / seconds, MOVES);
    assertThat(violations).isEmpty();
  }

  /** Four workers, one of them eight times slower; a fifth comes and has nothing to do. */
  private static SimFarm withASlowWorker(long seed, Slowness slowness) {
    SimFarm farm = new SimFarm(seed, slowness, 40);
    for (int i = 0; i < 4; i++) {
      farm.comes("worker-" + i, 0, i == 2 ? 160 : 20);
    }
    farm.comes("worker-4", 20_000, 20);
    farm.run();
    return farm;
  }

  /** The film is the same, which the farm checks, and is there sooner. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void run_withOneSlowWorkerAndAnIdleOne_endsSooner(long seed) {
    SimFarm stays = withASlowWorker(seed, new Slowness(1_000_000, Duration.ZERO));
    SimFarm moves = withASlowWorker(seed, Slowness.DEFAULT);

    System.out.printf(
        "seed %d: %d s of virtual time, %d s without moves%n",
        seed, moves.clock().now() / 1000, stays.clock().now() / 1000);
    assertThat(stays.checker().moves(Why.SLOW)).isZero();
    assertThat(moves.checker().moves(Why.SLOW)).isOne();
    assertThat(moves.clock().now()).isLessThan(stays.clock().now() / 2);
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
