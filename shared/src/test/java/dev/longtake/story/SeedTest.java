package dev.longtake.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.latent.KeyedNoise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "7.0, 7, 7",
    "9007199254740993, 9007199254740993, 9007199254740993",
    "9223372036854775807, 9223372036854775807, 9223372036854775807",
    "9223372036854775808, -9223372036854775808, 9223372036854775808",
    "18446744073709551615, -1, 18446744073709551615",
    "-1, -1, 18446744073709551615",
    "-9223372036854775808, -9223372036854775808, 9223372036854775808",
  })
  void parse_ofSixtyFourBits_isTheirs(String text, long bits, String shown) {
    assertThat(Seed.parse(text)).contains(bits);
    assertThat(Seed.text(bits)).isEqualTo(shown);
    assertThat(Seed.number(bits)).hasToString(shown);
    assertThat(Seed.parse(shown)).contains(bits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "18446744073709551616",
        "-9223372036854775809",
        "7.5",
        "random",
        "0xff",
        "1e20"
      })
  void parse_ofAnythingElse_isEmpty(String text) {
    assertThat(Seed.parse(text)).isEmpty();
  }

  @Test
  void note_ofMinusOne_saysThatItIsNotRandom() {
    assertThat(Seed.note("-1"))
        .contains(
            "seed: -1 is a seed like any other (18446744073709551615), not a random one: the same"
                + " story gives the same film");
    assertThat(Seed.note("18446744073709551615")).isEmpty();
    assertThat(Seed.note("-3")).isEmpty();
  }

  /** Every bit of a seed counts, the uppermost too. */
  @Test
  void noise_ofSeedsThatDifferInOneBit_differs() {
    float[] noise = noise(7);

    for (int bit = 0; bit < Long.SIZE; bit++) {
      assertThat(noise(7 ^ 1L << bit)).as("bit %d", bit).isNotEqualTo(noise);
      assertThat(ShotSeeds.derive(7 ^ 1L << bit, "a")).isNotEqualTo(ShotSeeds.derive(7, "a"));
    }
  }

  private static float[] noise(long seed) {
    float[] noise = new float[4];
    KeyedNoise.fill(noise, 0, noise.length, seed, 0);
    return noise;
  }
}
