package dev.longtake.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeparationTest {

  @Test
  void auc_ofTwoGroups_isTheShareOfPairsInOrder() {
    SplittableRandom random = new SplittableRandom(7);
    // Few values, so that many are equal.
    double[] above = random.ints(200, 3, 20).asDoubleStream().toArray();
    double[] below = random.ints(300, 0, 16).asDoubleStream().toArray();
    double won = 0;
    for (double high : above) {
      for (double low : below) {
        won += high > low ? 1 : high == low ? 0.5 : 0;
      }
    }

    assertThat(Separation.auc(above, below)).hasValue(won / above.length / below.length);
  }

  @Test
  void auc_ofManyValues_needsNoPairs() {
    double[] many = new double[1_000_000];

    assertThat(Separation.auc(many, many)).hasValue(0.5);
  }

  @Test
  void auc_ofNothing_isNotKnown() {
    assertThat(Separation.auc(new double[0], new double[1])).isEmpty();
    assertThat(Separation.auc(new double[1], new double[0])).isEmpty();
  }
}
