package dev.longtake.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prometheus.metrics.core.metrics.Histogram;
import org.junit.jupiter.api.Test;

class QuantilesTest {

  private static final double ROUNDING = 1e-12;

  private final Histogram histogram =
      Histogram.builder().name("seconds").classicUpperBounds(1, 2, 4).build();

  @Test
  void of_aHistogramThatHasSeenNothing_isZero() {
    assertThat(Quantiles.of(histogram)).isEqualTo(new Quantiles(0, 0, 0));
  }

  @Test
  void of_aHundredInOneBucket_liesEvenlyWithinIt() {
    for (int i = 0; i < 100; i++) {
      histogram.observe(3);
    }

    Quantiles seen = Quantiles.of(histogram);

    assertThat(seen.count()).isEqualTo(100);
    assertThat(seen.median()).isCloseTo(3, within(ROUNDING));
    assertThat(seen.high()).isCloseTo(3.98, within(ROUNDING));
  }

  @Test
  void of_aFewSlowOnes_showsThemInTheHighOneAlone() {
    for (int i = 0; i < 98; i++) {
      histogram.observe(0.5);
    }
    histogram.observe(10);
    histogram.observe(10);

    Quantiles seen = Quantiles.of(histogram);

    assertThat(seen.median()).isCloseTo(50 / 98.0, within(ROUNDING));
    assertThat(seen.high()).as("above the last bound: at least that").isEqualTo(4);
  }
}
