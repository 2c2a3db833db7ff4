package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CheckpointCodecTest {

  private static final Checkpoint.Origin ORIGIN =
      new Checkpoint.Origin("cpu-avx512-f32-1-0a1b", Digest.ofText("model"), 9, 16, 4, 6);

  private static Checkpoint checkpoint() {
    byte[] state = new byte[1000];
    new SplittableRandom(1).nextBytes(state);
    return new Checkpoint(ORIGIN, 7, state);
  }

  @Test
  void roundTrip_keepsEverything() {
    Checkpoint decoded = CheckpointCodec.decode(CheckpointCodec.encode(checkpoint()));

    assertThat(decoded.origin()).isEqualTo(ORIGIN);
    assertThat(decoded.stepIndex()).isEqualTo(7);
    assertThat(CheckpointCodec.check(CheckpointCodec.encode(checkpoint()))).isEqualTo(7);
    assertThat(decoded.state()).isEqualTo(checkpoint().state());
  }

  @Test
  void encode_twice_givesTheSameBytes() {
    assertThat(CheckpointCodec.encode(checkpoint()))
        .isEqualTo(CheckpointCodec.encode(checkpoint()));
  }

  /** Whatever is turned over or cut off: it is noticed, and nothing else is thrown. */
  @Test
  void decode_damagedAnywhere_isCorrupt() {
    byte[] content = CheckpointCodec.encode(checkpoint());
    for (int i = 0; i < content.length; i++) {
      byte[] damaged = content.clone();
      damaged[i] ^= 0x10;
      assertCorrupt(damaged);
    }
    for (int length = 0; length < content.length; length++) {
      assertCorrupt(Arrays.copyOf(content, length));
    }
    assertCorrupt(Arrays.copyOf(content, content.length + 1));
  }

  private static void assertCorrupt(byte[] content) {
    LongtakeException failure =
        catchThrowableOfType(LongtakeException.class, () -> CheckpointCodec.decode(content));
    assertThat(catchThrowableOfType(LongtakeException.class, () -> CheckpointCodec.check(content)))
        .hasMessage(failure.getMessage());
    assertThat(failure.code()).isEqualTo(ErrorCode.DATA_CORRUPT);
    assertThat(failure.getMessage()).startsWith("checkpoint: expected ");
  }

  @Test
  void origin_thatCannotBe_isRefused() {
    assertThatThrownBy(() -> new Checkpoint.Origin("", Digest.ofText("m"), 1, 1, 1, 1))
        .hasMessage("engineClass is empty");
    assertThatThrownBy(() -> new Checkpoint.Origin("cpu", Digest.ofText("m"), 1, 0, 1, 1))
        .hasMessage("expected positive axes, found (1, 0, 1, 1)");
  }
}
