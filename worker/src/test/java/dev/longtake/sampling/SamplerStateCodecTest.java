package dev.longtake.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.testing.CodecContract;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerStateCodecTest {

  private static final long SEED = 20261125L;
  private static final int LENGTH = 301;

  /** A run that is stored and read back before every step ends on the bits of one that is not. */
  @ParameterizedTest
  @MethodSource("dev.longtake.sampling.SamplerTest#samplers")
  void decode_ofEveryStateOfARun_goesOnToTheSameBits(Sampler sampler) {
    SamplerState straight = SamplerState.initial(values(0));
    SamplerState stored = straight;
    for (int step = 0; step < sampler.schedule().stepCount(); step++) {
      straight = sampler.step(straight, values(step + 1));
      SamplerState read = SamplerStateCodec.decode(SamplerStateCodec.encode(stored));
      stored = sampler.step(read, values(step + 1));

      assertThat(SamplerStateCodec.encode(stored))
          .as("after step %d, seed %d", step, SEED)
          .isEqualTo(SamplerStateCodec.encode(straight));
    }
  }

  @Test
  void everyByte_whateverIsDoneToIt_isRefused() {
    new CodecContract(
            "sampler state",
            "4c545353010000000300000002000000010000000000803f000020c00000003f0000c07f",
            SamplerStateCodec.encode(
                new SamplerState(
                    3, new float[] {1, -2.5f}, List.of(new float[] {0.5f, Float.NaN}))),
            8,
            3,
            CodecContract.NO_SEAL,
            false,
            SamplerStateCodec::decode)
        .check();
  }

  @Test
  void decode_ofOddNumbers_keepsTheirBits() {
    int[] bits = {0x7fc00001, 0xffa5a5a5, 0x80000000, 1, 0x7f800000};
    float[] odd = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      odd[i] = Float.intBitsToFloat(bits[i]);
    }
    byte[] encoded = SamplerStateCodec.encode(new SamplerState(3, odd, List.of(odd)));

    assertThat(SamplerStateCodec.encode(SamplerStateCodec.decode(encoded))).isEqualTo(encoded);
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,magic",
    "4,9,version",
    "8,-1,step",
    "12,7,bytes of content",
    "16,9,history from 0 to 8"
  })
  void decode_ofADamagedHeader_saysWhat(int at, byte value, String word) {
    byte[] encoded = SamplerStateCodec.encode(SamplerState.initial(new float[4]));
    encoded[at] = value;
    encoded[at + 3] = (byte) Math.min(0, value);

    assertThatThrownBy(() -> SamplerStateCodec.decode(encoded))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining(word);
  }

  @Test
  void decode_ofBytesCutShort_isRefused() {
    byte[] encoded = SamplerStateCodec.encode(SamplerState.initial(new float[4]));

    assertThatThrownBy(() -> SamplerStateCodec.decode(Arrays.copyOf(encoded, 12)))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("at least 20 bytes");
    assertThatThrownBy(() -> SamplerStateCodec.decode(Arrays.copyOf(encoded, encoded.length - 1)))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("expected 16 bytes of content, found 15 bytes");
  }

  private static float[] values(int step) {
    var random = new SplittableRandom(SEED + step);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
