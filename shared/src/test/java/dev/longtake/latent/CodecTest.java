package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

  private static Slab slab() {
    float[] velocity = new float[2 * 3 * 4 * 5];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = i * 0.125f - 7;
    }
    return new Slab(2, 3, 4, 5, velocity);
  }

  private static Latents latents() {
    float[] values = new float[2 * 3 * 4 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    return new Latents(2, 3, 4, 5, values);
  }

  @Test
  void slab_roundTrip_keepsShapeAndHalves() {
    Slab decoded = SlabCodec.decode(SlabCodec.encode(slab()));

    SlabCodec.check(SlabCodec.encode(slab()));
    assertThat(decoded.overlap()).isEqualTo(2);
    assertThat(decoded.channels()).isEqualTo(3);
    assertThat(decoded.height()).isEqualTo(4);
    assertThat(decoded.width()).isEqualTo(5);
    // Eighths below 8 have at most six bits: 16-bit floats hold them exactly.
    assertThat(decoded.velocity()).containsExactly(slab().velocity());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 70_000f})
  void slab_numberThat16BitsCannotHold_isTheEnginesFailure(float value) {
    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class,
            () -> SlabCodec.encode(new Slab(1, 1, 1, 2, new float[] {1, value})));

    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    assertThat(failure.getMessage()).contains("element 1");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void slab_anyByteChangedOrCut_isCorrupt(long seed) {
    var random = new SplittableRandom(seed);
    byte[] payload = SlabCodec.encode(slab());
    byte[] broken =
        random.nextBoolean()
            ? Arrays.copyOf(payload, random.nextInt(0, payload.length))
            : changed(payload, random);

    assertCorrupt(broken);
  }

  private static void assertCorrupt(byte[] slab) {
    LongtakeException decoding =
        catchThrowableOfType(LongtakeException.class, () -> SlabCodec.decode(slab));
    LongtakeException checking =
        catchThrowableOfType(LongtakeException.class, () -> SlabCodec.check(slab));

    assertThat(decoding.code()).isEqualTo(ErrorCode.DATA_CORRUPT);
    assertThat(checking).hasMessage(decoding.getMessage());
  }

  /** What a worker says that does not go by the codec: its seal is right. */
  @ParameterizedTest
  @ValueSource(shorts = {0x7C00, (short) 0xFC00, 0x7E00})
  void slab_notFinite_isCorrupt(short bits) {
    var frame =
        new BinaryFrame(
            "slab",
            "LTSL",
            1,
            Seal.CONTENT,
            List.of(Axis.count("o"), Axis.count("c"), Axis.count("h"), Axis.count("w")),
            1000);
    byte[] slab =
        frame.encode(
            new int[] {1, 1, 1, 2},
            2 * Short.BYTES,
            bytes -> bytes.putShort(Float.floatToFloat16(1)).putShort(bits));

    assertCorrupt(slab);
  }

  private static byte[] changed(byte[] payload, SplittableRandom random) {
    byte[] broken = payload.clone();
    broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
    return broken;
  }

  @Test
  void latents_roundTrip_keepsEveryBit() {
    Latents decoded = LatentsCodec.decode(LatentsCodec.encode(latents()));

    assertThat(decoded.frameCount()).isEqualTo(2);
    assertThat(decoded.channels()).isEqualTo(3);
    assertThat(decoded.height()).isEqualTo(4);
    assertThat(decoded.width()).isEqualTo(5);
    assertThat(decoded.values()).containsExactly(latents().values());
  }

  /** Values are guarded by the artifact's digest; what the codec itself guards is the shape. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void latents_headerChangedOrCut_isCorrupt(long seed) {
    var random = new SplittableRandom(seed);
    byte[] content = LatentsCodec.encode(latents());
    byte[] broken =
        random.nextBoolean()
            ? Arrays.copyOf(content, random.nextInt(0, content.length))
            : content.clone();
    if (broken.length == content.length) {
      broken[random.nextInt(24)] ^= (byte) (1 << random.nextInt(8));
    }

    assertThat(
            catchThrowableOfType(LongtakeException.class, () -> LatentsCodec.decode(broken)).code())
        .isEqualTo(ErrorCode.DATA_CORRUPT);
  }

  @Test
  void latents_notFinite_isTheEnginesFailure() {
    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class,
            () -> LatentsCodec.encode(new Latents(1, 1, 1, 1, new float[] {Float.NaN})));

    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
  }

  /** Another's, who has left that out. */
  @Test
  void latents_notFiniteOnArrival_isCorrupt() {
    byte[] content = LatentsCodec.encode(new Latents(1, 1, 1, 1, new float[] {1}));
    content[content.length - 1] = 0x7f;
    content[content.length - 2] = (byte) 0x80;

    assertThat(catchThrowableOfType(LongtakeException.class, () -> LatentsCodec.decode(content)))
        .hasMessage("latents: expected a finite number as element 0, found Infinity");
  }
}
