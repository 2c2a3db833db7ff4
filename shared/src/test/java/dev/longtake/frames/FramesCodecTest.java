package dev.longtake.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FramesCodecTest {

  private static FrameRun frames() {
    byte[] rgb = new byte[5 * 16 * 8 * 3];
    new SplittableRandom(1).nextBytes(rgb);
    return new FrameRun(16, 8, 5, rgb);
  }

  @Test
  void encode_roundTrip_keepsEveryByte() {
    FrameRun decoded = FramesCodec.decode(FramesCodec.encode(frames()));

    assertThat(decoded.width()).isEqualTo(16);
    assertThat(decoded.height()).isEqualTo(8);
    assertThat(decoded.count()).isEqualTo(5);
    assertThat(decoded.rgb()).containsExactly(frames().rgb());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void decode_cutAnywhere_isCorrupt(long seed) {
    byte[] content = FramesCodec.encode(frames());

    assertCorrupt(Arrays.copyOf(content, new SplittableRandom(seed).nextInt(content.length)));
  }

  /** A header that claims terabytes must not make anybody ask for them. */
  @Test
  void decode_hugeClaim_isCorrupt() {
    byte[] content = FramesCodec.encode(frames());
    ByteBuffer.wrap(content)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(8, 16_384)
        .putInt(12, 16_384)
        .putInt(16, 65_536);

    assertCorrupt(content);
  }

  /** The same of what is packed: nobody allocates 1.6 GB for 36 bytes. */
  @Test
  void decode_moreThanCanBePacked_isCorrupt() {
    byte[] zstd = new byte[16];
    ByteBuffer.wrap(zstd)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0xFD2FB528)
        .put((byte) 0xE0) // One segment, whose size has eight bytes.
        .putLong(3L * 16_384 * 16_384 * 2);
    byte[] head = FramesCodec.encode(frames());
    byte[] content = Arrays.copyOf(head, FramesCodec.HEAD_BYTES + zstd.length);
    ByteBuffer.wrap(content)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(8, 16_384)
        .putInt(12, 16_384)
        .putInt(16, 2)
        .put(FramesCodec.HEAD_BYTES, zstd);

    assertCorrupt(content);
  }

  @Test
  void decode_otherCount_isCorrupt() {
    byte[] content = FramesCodec.encode(frames());
    content[16]++;

    assertCorrupt(content);
  }

  private static void assertCorrupt(byte[] content) {
    assertThat(
            catchThrowableOfType(LongtakeException.class, () -> FramesCodec.decode(content)).code())
        .isEqualTo(ErrorCode.DATA_CORRUPT);
  }
}
