package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OverlapFusionTest {

  /** Each side quantises its own, gets the other's through the codec, and fuses. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void fuse_onBothSides_givesEqualBits(long seed) {
    var random = new SplittableRandom(seed);
    int overlap = random.nextInt(1, 8);
    int channels = random.nextInt(1, 5);
    int height = random.nextInt(1, 6);
    int width = random.nextInt(1, 6);
    Slab left = slab(random, overlap, channels, height, width);
    Slab right = slab(random, overlap, channels, height, width);

    float[] atLeft = new float[left.velocity().length];
    float[] atRight = new float[left.velocity().length];
    OverlapFusion.fuse(
        ExchangeType.IN_USE.quantise(left).velocity(),
        SlabCodec.decode(SlabCodec.encode(right)).velocity(),
        overlap,
        channels,
        height * width,
        atLeft);
    OverlapFusion.fuse(
        SlabCodec.decode(SlabCodec.encode(left)).velocity(),
        ExchangeType.IN_USE.quantise(right).velocity(),
        overlap,
        channels,
        height * width,
        atRight);

    assertThat(bits(atLeft)).isEqualTo(bits(atRight));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  private static Slab slab(
      SplittableRandom random, int overlap, int channels, int height, int width) {
    float[] velocity = new float[overlap * channels * height * width];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = (float) random.nextGaussian();
    }
    return new Slab(overlap, channels, height, width, velocity);
  }

  /** Weights add up to one: equal sides come out as they went in, up to one rounding each. */
  @Test
  void fuse_equalSides_changesNothing() {
    float[] side = {0.1f, -2.7f, 3.3e-5f, 1e4f};
    float[] out = new float[4];

    OverlapFusion.fuse(side, side.clone(), 4, 1, 1, out);

    for (int i = 0; i < 4; i++) {
      // Three roundings (two products, one quotient) and one sum, each of half an ulp.
      assertThat(out[i]).isCloseTo(side[i], within(2 * Math.ulp(side[i])));
    }
  }

  @Test
  void fuse_ramp_goesFromLeftToRight() {
    float[] out = new float[6];

    OverlapFusion.fuse(
        new float[] {4, 4, 4, 4, 4, 4}, new float[] {0, 0, 0, 0, 0, 0}, 3, 2, 1, out);

    assertThat(out).containsExactly(3, 3, 2, 2, 1, 1);
  }

  @Test
  void fuse_intoItsInput_isAllowed() {
    float[] left = {4, 4, 4};

    OverlapFusion.fuse(left, new float[3], 3, 1, 1, left);

    assertThat(left).containsExactly(3, 2, 1);
  }

  @Test
  void fuse_otherLength_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OverlapFusion.fuse(new float[3], new float[4], 3, 1, 1, new float[3]))
        .withMessage("right: expected 3 numbers, found 4");
  }
}
