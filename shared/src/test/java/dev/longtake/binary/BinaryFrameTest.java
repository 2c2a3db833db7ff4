package dev.longtake.binary;

import static dev.longtake.testing.CodecContract.NO_SEAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.testing.CodecContract;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BinaryFrameTest {

  private static final float[] VALUES = {-1f, -0.625f, -0.25f, 0.125f, 0.5f, 0.875f, 1.25f, 1.625f};

  /** The fifth, the sampler's state, is checked beside it. */
  static Stream<CodecContract> codecs() {
    return Stream.of(
        new CodecContract(
            "slab",
            "4c54534c0100000001000000020000000200000002000000b04c7df6053b5e9454acfe28bbaeffe84b5d60c"
                + "f1764f352abc165f94473064d00bc00b900b400300038003b003d803e",
            SlabCodec.encode(new Slab(1, 2, 2, 2, VALUES)),
            8,
            4,
            NO_SEAL,
            true,
            SlabCodec::decode),
        new CodecContract(
            "latents",
            "4c544c410100000001000000020000000200000002000000000080bf000020bf000080be0000003e0000003"
                + "f0000603f0000a03f0000d03f",
            LatentsCodec.encode(new Latents(1, 2, 2, 2, VALUES)),
            8,
            4,
            NO_SEAL,
            false,
            LatentsCodec::decode),
        new CodecContract(
            "checkpoint",
            "4c54435001000000d3af2e612cf7a944201000d41981cd8793895d8f29d6ed4e97ada441cc0875480700000"
                + "0030000000200000004000000050000009372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0"
                + "f70d652b6b825e4090000006370752d6633322d310102030405",
            CheckpointCodec.encode(
                new Checkpoint(
                    new Checkpoint.Origin("cpu-f32-1", Digest.ofText("model"), 3, 2, 4, 5),
                    7,
                    new byte[] {1, 2, 3, 4, 5})),
            40,
            5,
            8,
            true,
            CheckpointCodec::decode),
        new CodecContract(
            "frames",
            "4c5446520100000002000000020000000100000028b52ffd200c6100000102030405060708090a0b0c",
            FramesCodec.encode(
                new FrameRun(2, 2, 1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})),
            8,
            3,
            NO_SEAL,
            false,
            FramesCodec::decode));
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void everyCodec_whateverIsDoneToItsBytes_refusesThem(CodecContract codec) {
    codec.check();
  }

  @ParameterizedTest
  @EnumSource(Seal.class)
  void open_ofWhatWasEncoded_givesItBack(Seal seal) {
    BinaryFrame frame = frame(seal, 200);
    byte[] all = frame.encode(new int[] {3}, 5, bytes -> bytes.put(new byte[] {1, 2, 3, 4, 5}));

    BinaryFrame.Opened opened = frame.open(all);
    byte[] content = new byte[5];
    opened.content(5).get(content);

    assertThat(all).hasSize(frame.headerBytes() + 5);
    assertThat(opened.axis(0)).isEqualTo(3);
    assertThat(content).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void open_ofMoreThanTheFormMayHave_isRefused() {
    byte[] all = frame(Seal.NONE, 100).encode(new int[] {1}, 88, bytes -> bytes.put(new byte[88]));

    assertThatThrownBy(() -> frame(Seal.NONE, 99).open(all))
        .isInstanceOf(LongtakeException.class)
        .hasMessage("thing: expected at most 99 bytes, found 100 bytes");
  }

  @Test
  void encode_ofMoreThanTheFormMayHave_isABug() {
    assertThatThrownBy(() -> frame(Seal.NONE, 100).encode(new int[] {1}, 89, bytes -> {}))
        .hasMessage("thing: expected at most 100 bytes, found 101")
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL));
  }

  @Test
  void encode_ofAnAxisOutOfRange_isRefused() {
    assertThatThrownBy(() -> frame(Seal.NONE, 100).encode(new int[] {10}, 0, bytes -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("thing: expected width from 1 to 9, found 10");
  }

  private static BinaryFrame frame(Seal seal, int bytesMax) {
    return new BinaryFrame("thing", "LTXX", 1, seal, List.of(new Axis("width", 1, 9)), bytesMax);
  }
}
