package dev.longtake.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DigestTest {

  /** FIPS 180-2, appendix B.1. */
  private static final Digest ABC =
      new Digest("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

  private static final byte[] BYTES = "abc".getBytes(StandardCharsets.US_ASCII);

  @Test
  void of_everyKindOfBytes_isTheSame() throws IOException {
    assertThat(Digest.of(BYTES)).isEqualTo(ABC);
    assertThat(Digest.of(ByteBuffer.wrap(BYTES))).isEqualTo(ABC);
    assertThat(Digest.of(MemorySegment.ofArray(BYTES))).isEqualTo(ABC);
    assertThat(Digest.of(new ByteArrayInputStream(BYTES))).isEqualTo(ABC);
    assertThat(Digest.ofText("abc")).isEqualTo(ABC);
    assertThat(Digest.hasher().update(BYTES, 0, 2).update(BYTES, 2, 1).digest()).isEqualTo(ABC);
    assertThat(Digest.fromBytes(ABC.toBytes())).isEqualTo(ABC);
  }

  @Test
  void digest_otherForm_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Digest("BA78"));
    assertThatIllegalArgumentException().isThrownBy(() -> Digest.fromBytes(new byte[31]));
  }
}
