package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.limit.WireLimits;
import dev.longtake.metrics.Metrics;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class InboundRoomTest {

  private static final int MIB = 1 << 20;

  private final InboundRoom room = new InboundRoom(0, new Metrics());

  private ServerStreamTracer call() {
    ServerStreamTracer call = room.newServerStreamTracer("Service/Call", new Metadata());
    call.inboundMessage(0);
    return call;
  }

  @Test
  void message_ofTheLargestSize_findsRoomAlone() {
    ServerStreamTracer call = call();

    call.inboundWireSize(WireLimits.MESSAGE_BYTES_MAX);

    assertThat(room.held()).isEqualTo(WireLimits.MESSAGE_BYTES_MAX - MIB);
    call.streamClosed(Status.OK);
    assertThat(room.held()).isZero();
  }

  @Test
  void message_besideTooMuch_endsItsCall() {
    ServerStreamTracer first = call();
    first.inboundWireSize(WireLimits.MESSAGE_BYTES_MAX);
    ServerStreamTracer second = call();
    second.inboundWireSize(MIB);

    assertThatThrownBy(() -> second.inboundWireSize(2 * MIB))
        .hasMessageStartingWith("RESOURCE_EXHAUSTED: Service/Call: expected at most");
    second.streamClosed(Status.RESOURCE_EXHAUSTED);
    first.streamClosed(Status.CANCELLED);
    assertThat(room.held()).isZero();
  }

  @Test
  void messages_oneAfterTheOther_countOnceEach() {
    ServerStreamTracer call = call();
    for (int number = 1; number < 1_000; number++) {
      call.inboundWireSize(2 * MIB);
      call.inboundMessage(number);
    }

    assertThat(room.held()).isZero();
  }
}
