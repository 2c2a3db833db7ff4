package dev.longtake.loadtest.methods.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.methods.figures.Outcome.Score;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private static Run run(long seed, String method, long frames, Map<Metric, Double> figures) {
    return new Run("shot", 10, seed, method, frames / 5, frames, figures);
  }

  private static final Outcome OUTCOME =
      new Outcome(
          new Outcome.Setting("m", "e", 12, List.of("shot"), List.of(10), 2, List.of()),
          List.of(
              run(1, "ours", 100, Map.of(Metric.SEAM, 1.0, Metric.FIDELITY, 0.9)),
              run(2, "ours", 100, Map.of(Metric.SEAM, 2.0, Metric.FIDELITY, 0.8)),
              run(1, "sliding", 150, Map.of(Metric.SEAM, 1.5, Metric.FIDELITY, 0.9)),
              run(2, "sliding", 150, Map.of(Metric.SEAM, 1.5))));

  @Test
  void score_pairsOfOneShotAndSeed_areCompared() {
    assertThat(OUTCOME.score("sliding", 10, Metric.SEAM)).isEqualTo(new Score(1, 1));
    assertThat(OUTCOME.score("sliding", 10, Metric.FIDELITY)).isEqualTo(new Score(0, 0));
    assertThat(OUTCOME.score("sliding", 60, Metric.SEAM)).isEqualTo(new Score(0, 0));
  }

  @Test
  void spread_ofKnownValues_isMeanAndDeviationOfASample() {
    Outcome.Spread spread = Outcome.spread(OUTCOME.of("ours", 10), Metric.SEAM).orElseThrow();

    assertThat(spread.mean()).isEqualTo(1.5);
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(Outcome.spread(OUTCOME.of("ours", 10), Metric.PULSE)).isEmpty();
  }

  @Test
  void compute_isOfOurs() {
    assertThat(OUTCOME.compute("sliding", 10)).isEqualTo(1.5);
  }

  @Test
  void joined_ofTwo_hasTheRunsOfBothAndIsReadBack() {
    Outcome other =
        new Outcome(
            new Outcome.Setting(
                "m",
                "e",
                12,
                List.of("other"),
                List.of(60),
                1,
                List.of(new Outcome.Kind("ours", Outcome.Group.OURS, "says"))),
            List.of(new Run("other", 60, 1, "ours", 3, 15, Map.of(Metric.PALETTE, 0.25))));

    Outcome joined = Outcome.joined(List.of(OUTCOME, other));

    assertThat(joined.setting().shots()).containsExactly("shot", "other");
    assertThat(joined.setting().seconds()).containsExactly(10, 60);
    assertThat(joined.runs()).hasSize(5);
    assertThat(MethodJson.read(MethodJson.of(joined))).isEqualTo(joined);
  }

  /** Ours is made each time, beside whatever it is compared with. */
  @Test
  void joined_ofTheSameRuns_countsThemOnce() {
    assertThat(Outcome.joined(List.of(OUTCOME, OUTCOME))).isEqualTo(OUTCOME);
  }

  @Test
  void joined_ofOtherSteps_isRefused() {
    Outcome other =
        new Outcome(
            new Outcome.Setting("m", "e", 6, List.of(), List.of(), 1, List.of()), List.of());

    assertThatThrownBy(() -> Outcome.joined(List.of(OUTCOME, other)))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("found m on e in 6 steps");
  }
}
