package dev.longtake.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.wire.v1.PutSlabRequest;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WireBytesTest {

  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  @Test
  void array_aMessageThatWasRead_isNotCopied() throws InvalidProtocolBufferException {
    byte[] message =
        PutSlabRequest.newBuilder().setPayload(ByteString.copyFrom(CONTENT)).build().toByteArray();

    ByteString payload = PutSlabRequest.parseFrom(message).getPayload();

    assertThat(WireBytes.array(payload)).isEqualTo(CONTENT).isSameAs(WireBytes.array(payload));
  }

  @Test
  void array_aPartOfAnArray_isThatPart() {
    assertThat(WireBytes.array(ByteString.copyFrom(CONTENT).substring(1, 3))).containsExactly(2, 3);
  }

  @Test
  void array_partsAndBuffers_arePutTogether() {
    ByteString parts = ByteString.copyFrom(new byte[300]).concat(ByteString.copyFrom(CONTENT));
    ByteString buffer = UnsafeByteOperations.unsafeWrap(ByteBuffer.allocateDirect(7));

    assertThat(WireBytes.array(parts)).isEqualTo(parts.toByteArray());
    assertThat(WireBytes.array(buffer)).hasSize(7);
  }

  @Test
  void array_nothing_isEmpty() {
    assertThat(WireBytes.array(ByteString.EMPTY)).isEmpty();
  }
}
