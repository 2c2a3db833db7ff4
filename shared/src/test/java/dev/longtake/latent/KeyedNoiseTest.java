package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KeyedNoiseTest {

  private static final int COUNT = 200_000;

  private static float[] noise(int count, long seed, int latentFrame) {
    float[] out = new float[count];
    KeyedNoise.fill(out, 0, count, seed, latentFrame);
    return out;
  }

  /**
   * Five standard errors: 1/sqrt(n) of the mean, sqrt(2/n) of the variance, sqrt(15/n) of the third
   * moment, sqrt(96/n) of the fourth.
   */
  @Test
  void fill_manyElements_hasTheMomentsOfTheNormalDistribution() {
    double[] moments = new double[5];
    for (float value : noise(COUNT, 7, 3)) {
      for (int power = 1; power < moments.length; power++) {
        moments[power] += Math.pow(value, power) / COUNT;
      }
    }

    assertThat(moments[1]).isCloseTo(0, within(5 / Math.sqrt(COUNT)));
    assertThat(moments[2]).isCloseTo(1, within(5 * Math.sqrt(2.0 / COUNT)));
    assertThat(moments[3]).isCloseTo(0, within(5 * Math.sqrt(15.0 / COUNT)));
    assertThat(moments[4]).isCloseTo(3, within(5 * Math.sqrt(96.0 / COUNT)));
  }

  @Test
  void fill_drawnAnew_isIndependentAndTheFirstDrawIsTheOldOne() {
    float[] again = new float[COUNT];
    KeyedNoise.fill(again, 0, COUNT, 7, 3, 0);
    assertThat(again).isEqualTo(noise(COUNT, 7, 3));

    KeyedNoise.fill(again, 0, COUNT, 7, 3, 1);

    assertThat(correlation(noise(COUNT, 7, 3), again, 0))
        .isCloseTo(0, within(5 / Math.sqrt(COUNT - 1.0)));
  }

  /** Correlations of independent normals are within 5/sqrt(n) of zero. */
  @Test
  void fill_otherSeedFrameOrElement_isIndependent() {
    float[] base = noise(COUNT, 7, 3);
    double bound = 5 / Math.sqrt(COUNT - 1.0);

    assertThat(correlation(base, noise(COUNT, 8, 3), 0)).isCloseTo(0, within(bound));
    assertThat(correlation(base, noise(COUNT, 7L << 32, 3), 0)).isCloseTo(0, within(bound));
    assertThat(correlation(base, noise(COUNT, 7, 4), 0)).isCloseTo(0, within(bound));
    assertThat(correlation(base, noise(COUNT, 7, -1), 0)).isCloseTo(0, within(bound));
    assertThat(correlation(base, base, 1)).isCloseTo(0, within(bound));
    assertThat(correlation(base, base, 2)).isCloseTo(0, within(bound));
  }

  private static double correlation(float[] a, float[] b, int shift) {
    double sum = 0;
    for (int i = 0; i + shift < a.length; i++) {
      sum += (double) a[i] * b[i + shift] / (a.length - shift);
    }
    return sum;
  }

  @Test
  void fill_fewerElements_areTheFirstOnes() {
    float[] all = noise(1000, 7, 3);
    float[] some = new float[20];

    KeyedNoise.fill(some, 5, 11, 7, 3);

    for (int i = 0; i < 20; i++) {
      assertThat(some[i]).isEqualTo(i < 5 || i >= 16 ? 0 : all[i - 5]);
    }
  }

  /** Holds the layout and the transform still: another digest is another film. */
  @Test
  void fill_knownKey_givesKnownBits() {
    assertThat(noise(6, 0x0123456789ABCDEFL, 5))
        .usingComparatorWithPrecision(0f)
        .containsExactly(knownNoise());
  }

  /** The definition in its own words, from a fresh Philox block each. */
  private static float[] knownNoise() {
    float[] known = new float[6];
    for (int element = 0; element < 6; element++) {
      int[] block = {element / 4, 0, 5, 0};
      Philox4x32.apply(block, 0x89ABCDEF, 0x01234567);
      int pair = element % 4 / 2 * 2;
      double u = ((block[pair] & 0xFFFFFFFFL) + 0.5) / 4294967296.0;
      double angle = 2 * Math.PI * (((block[pair + 1] & 0xFFFFFFFFL) + 0.5) / 4294967296.0);
      double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
      known[element] =
          (float) (radius * (element % 2 == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle)));
    }
    return known;
  }

  /** 40,000 elements: the correlation's standard error is 0.005, five of which are allowed. */
  @Test
  void fillShared_anyShare_keepsTheVarianceAndCorrelatesFrames() {
    int count = 40_000;
    float[] first = new float[count];
    float[] second = new float[count];

    KeyedNoise.fillShared(first, 0, count, 7, 3, 0.9);
    KeyedNoise.fillShared(second, 0, count, 7, 11, 0.9);

    double product = 0;
    double square = 0;
    for (int i = 0; i < count; i++) {
      product += (double) first[i] * second[i];
      square += (double) first[i] * first[i];
    }
    assertThat(square / count).isBetween(0.97, 1.03);
    assertThat(product / count).isBetween(0.87, 0.93);
  }

  @Test
  void fillShared_nothingShared_isFill() {
    float[] own = new float[64];
    float[] shared = new float[64];

    KeyedNoise.fill(own, 0, 64, 7, 3);
    KeyedNoise.fillShared(shared, 0, 64, 7, 3, 0);

    assertThat(shared).containsExactly(own);
  }
}
