package dev.longtake.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.digest.Digest;
import dev.longtake.error.LongtakeException;
import dev.longtake.testing.CodecContract;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DraftMapTest {

  /** Of two channels, one pixel: red and blue are a channel each, green is neither. */
  private static final DraftMap MAP =
      new DraftMap(2, 1, new float[] {1, 0, 0, 0, 0, 0.5f, 0, 2, 1});

  private static float[] pixels(DraftMap map, float... cell) {
    float[] pixels = new float[3 * map.patch() * map.patch()];
    map.apply(cell, pixels);
    return pixels;
  }

  @Test
  void apply_ofACell_isTheSumOfItsChannels() {
    assertThat(pixels(MAP, 0.25f, -1)).containsExactly(0.25f, 0.5f, -1);
  }

  @Test
  void coarse_ofFourPixels_isTheirMean() {
    float[] weights = new float[3 * 4 * 2];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i;
    }
    DraftMap fine = new DraftMap(1, 2, weights);
    float[] four = pixels(fine, 3);

    float[] one = pixels(fine.coarse(), 3);

    for (int rgb = 0; rgb < 3; rgb++) {
      assertThat(one[rgb])
          .isEqualTo((four[rgb] + four[3 + rgb] + four[6 + rgb] + four[9 + rgb]) / 4);
    }
  }

  @Test
  void map_ofOtherSizes_isRefused() {
    assertThatThrownBy(() -> new DraftMap(2, 1, new float[8]))
        .hasMessage("expected 9 weights, found 8");
    assertThatThrownBy(() -> new DraftMap(1, 1, new float[] {0, 0, 0, Float.NaN, 0, 0}))
        .hasMessageContaining("not a number");
    assertThatThrownBy(() -> new DraftMap(1, 9, new float[0])).hasMessageContaining("patch");
  }

  @Test
  void everyByte_whateverIsDoneToIt_isRefused() {
    new CodecContract(
            "draft map",
            "4c54444d01000000f0866cabc7d16f7aab512243e571edd40a640abb4481e2ccca95839553dbf8a801000000010000000000803f00000000000020c00000003f000000000000803f",
            DraftMapCodec.encode(new DraftMap(1, 1, new float[] {1, 0, -2.5f, 0.5f, 0, 1})),
            40,
            2,
            8,
            true,
            DraftMapCodec::decode)
        .check();
  }

  @Test
  void decode_ofAWeightThatIsNoNumber_isRefused() {
    byte[] encoded = DraftMapCodec.encode(MAP);
    encoded[encoded.length - 2] = (byte) 0xc0;
    encoded[encoded.length - 1] = 0x7f;
    byte[] seal = Digest.of(ByteBuffer.wrap(encoded, 40, encoded.length - 40)).toBytes();
    System.arraycopy(seal, 0, encoded, 8, seal.length);

    assertThatThrownBy(() -> DraftMapCodec.decode(encoded))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("expected finite weights");
  }
}
