package dev.longtake.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScenarioTest {

  private static Scenario of(ScenarioName name, Optional<Duration> arrivals) {
    return Scenario.of(
        name,
        new Scenario.Changes(
            Optional.empty(), Optional.empty(), arrivals, Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @EnumSource
  void of_everyName_hasStoriesAndTimeForThem(ScenarioName name) {
    Scenario scenario = of(name, Optional.empty());

    assertThat(scenario.storyCount()).isPositive();
    assertThat(scenario.limit()).isGreaterThan(scenario.arrivals());
  }

  @Test
  void of_longerArrivals_haveStoriesAndTimeInProportion() {
    Scenario month = of(ScenarioName.MONTH, Optional.of(Duration.ofMinutes(15)));
    Scenario steady = of(ScenarioName.STEADY, Optional.of(Duration.ofMinutes(5)));

    assertThat(month.storyCount()).isEqualTo(3600);
    assertThat(month.limit()).isGreaterThan(Duration.ofMinutes(15));
    assertThat(month.lookEvery()).contains(Duration.ofSeconds(75));
    assertThat(steady.storyCount())
        .isBetween(
            of(ScenarioName.STEADY, Optional.empty()).storyCount() * 9,
            of(ScenarioName.STEADY, Optional.empty()).storyCount() * 12);
    assertThat(steady.limit()).isGreaterThan(Duration.ofMinutes(5));
  }

  @Test
  void next_mixedClients_comeAsOftenAsTheyWeigh() {
    Clientele clientele = of(ScenarioName.MIXED, Optional.empty()).clientele();
    var random = new SplittableRandom(7);

    Map<String, Long> counts =
        Stream.generate(() -> clientele.next(random).name())
            .limit(1700)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(counts.get("preview")).isBetween(1100L, 1300L);
    assertThat(counts.get("scene")).isBetween(330L, 470L);
    assertThat(counts.get("film")).isBetween(60L, 140L);
  }

  @Test
  void busySeconds_aStory_isThatOfItsChunksAndSegments() {
    var times = new ComputeTimes(Duration.ofSeconds(4), Duration.ofSeconds(1), 0);

    assertThat(StoryShape.ofChunks(4, 8).busySeconds(times)).isEqualTo(4 * (8 * 4 + 1));
  }
}
