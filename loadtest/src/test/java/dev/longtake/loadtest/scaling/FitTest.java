package dev.longtake.loadtest.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FitTest {

  private static final FilmShape FILM = new FilmShape(1, 8, 12);
  private static final int PROCESSORS = 2;

  private static List<Fit.Point> points(Fit truth, double noise, int... workers) {
    var random = new SplittableRandom(11);
    List<Fit.Point> points = new ArrayList<>();
    for (int count : workers) {
      double factor = 1 + noise * (2 * random.nextDouble() - 1);
      points.add(new Fit.Point(count, truth.seconds(count) * factor));
    }
    return points;
  }

  @Test
  void of_pointsWithoutNoise_findsWhatMadeThem() {
    var truth = new Fit(1.5, 0.08, 0.006, FILM, PROCESSORS);

    Fit found = Fit.of(points(truth, 0, 1, 2, 4, 8), FILM, PROCESSORS);

    assertThat(found.once()).isCloseTo(1.5, within(1e-6));
    assertThat(found.step()).isCloseTo(0.08, within(1e-6));
    assertThat(found.slab()).isCloseTo(0.006, within(1e-6));
  }

  @Test
  void of_noisyPoints_predictsThoseThatWereHeldOut() {
    var truth = new Fit(1, 0.1, 0.01, FILM, PROCESSORS);

    Fit found = Fit.of(points(truth, 0.03, 1, 2, 4, 8), FILM, PROCESSORS);

    for (Fit.Point heldOut : points(truth, 0, 3, 6)) {
      assertThat(found.error(heldOut)).isBetween(-0.06, 0.06);
    }
  }

  @Test
  void of_aCostThatWouldBeNegative_isZero() {
    List<Fit.Point> points =
        List.of(
            new Fit.Point(1, 10),
            new Fit.Point(2, 5),
            new Fit.Point(4, 4.9),
            new Fit.Point(8, 4.5));

    Fit found = Fit.of(points, FILM, PROCESSORS);

    assertThat(found.slab()).isZero();
    assertThat(found.once()).isNotNegative();
    assertThat(found.step()).isPositive();
  }

  @Test
  void of_tooFewPoints_isRefused() {
    assertThatThrownBy(() -> Fit.of(List.of(new Fit.Point(1, 1)), FILM, PROCESSORS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("points: expected 3 or more");
  }
}
