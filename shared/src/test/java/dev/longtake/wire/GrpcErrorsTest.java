package dev.longtake.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcErrorsTest {

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void toStatus_andBack_keepsCodeAndMessage(ErrorCode code) throws Exception {
    StatusRuntimeException status =
        GrpcErrors.toStatus(new LongtakeException(code, "field: expected 1, found 2"));

    LongtakeException back = GrpcErrors.fromStatus(status);

    assertThat(back.code()).isEqualTo(code);
    assertThat(back.getMessage()).isEqualTo("field: expected 1, found 2");
    var details = StatusProto.fromThrowable(status).getDetailsList();
    ErrorInfo info = details.getFirst().unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo(code.name());
    assertThat(info.getDomain()).isEqualTo("longtake.dev");
    assertThat(details.stream().filter(detail -> detail.is(ErrorInfo.class))).hasSize(1);
  }

  @Test
  void toStatus_wrongStory_listsTheViolations() throws Exception {
    StatusRuntimeException status =
        GrpcErrors.toStatus(
            new LongtakeException(
                ErrorCode.STORY_INVALID, "story.yaml:1:2: expected a\nstory.fps: expected b"));

    BadRequest request = StatusProto.fromThrowable(status).getDetails(1).unpack(BadRequest.class);

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(request.getFieldViolationsList())
        .extracting(BadRequest.FieldViolation::getField)
        .containsExactly("story.yaml:1:2", "story.fps");
    assertThat(request.getFieldViolations(1).getDescription()).isEqualTo("expected b");
  }

  /** gRPC clients take 8 KiB of metadata by default; base64 and the repeated message count too. */
  @Test
  void toStatus_longMessage_staysWithinMetadata() {
    String message = "story.yaml:1:2: expected something else here\n".repeat(1000);

    var status =
        StatusProto.fromThrowable(
            GrpcErrors.toStatus(new LongtakeException(ErrorCode.STORY_INVALID, message)));

    int base64 = status.getSerializedSize() * 4 / 3;
    int percentEncoded = status.getMessage().getBytes(StandardCharsets.UTF_8).length * 3;
    assertThat(base64 + percentEncoded).isLessThan(8192);
  }

  @Test
  void toStatus_bug_keepsItsMessageFromTheCaller() {
    LongtakeException back =
        GrpcErrors.fromStatus(GrpcErrors.toStatus(new IllegalStateException("secret")));

    assertThat(back.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(back.getMessage()).doesNotContain("secret").contains("IllegalStateException");
  }

  @Test
  void fromStatus_withoutDetails_goesByTheStatusCode() {
    assertThat(GrpcErrors.fromStatus(Status.UNAVAILABLE.asRuntimeException()).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(
            GrpcErrors.fromStatus(
                    Status.NOT_FOUND.withDescription("no such story").asRuntimeException())
                .getMessage())
        .isEqualTo("no such story");
    assertThat(GrpcErrors.fromStatus(Status.UNKNOWN.asRuntimeException()).code())
        .isEqualTo(ErrorCode.INTERNAL);
  }

  /** gRPC says "io exception"; a person wants to know that nobody listens there, and where. */
  @Test
  void fromThrowable_ofABrokenConnection_saysWhatTheNetworkSaid() {
    var refused =
        Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(
                new ConnectException(
                    "finishConnect(..) failed with error(-111): Connection refused:"
                        + " /127.0.0.1:7493"));
    var unresolved =
        Status.UNAVAILABLE
            .withDescription("Unable to resolve host nohost")
            .withCause(
                new IllegalStateException(
                    new UnknownHostException("nohost: Name or service not known")));

    assertThat(GrpcErrors.fromThrowable(refused.asException()))
        .hasMessage("no connection: Connection refused: 127.0.0.1:7493")
        .extracting("code")
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(GrpcErrors.fromThrowable(unresolved.asRuntimeException()))
        .hasMessage("no connection: nohost: Name or service not known");
  }

  /** What a client sees of calls under way when a coordinator is stopped: worth another attempt. */
  @Test
  void fromThrowable_ofACallThatWasCutOff_isUnavailable() {
    var cut =
        Status.CANCELLED.withDescription("RST_STREAM closed stream. HTTP/2 error code: CANCEL");

    assertThat(GrpcErrors.fromThrowable(cut.asException()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  /** What gRPC says if the coordinator goes while a call begins: the next one may have it. */
  @Test
  void fromThrowable_ofAConnectionThatClosedMeanwhile_isUnavailable() {
    var closed =
        Status.UNKNOWN.withDescription("channel closed").withCause(new ClosedChannelException());

    assertThat(GrpcErrors.fromThrowable(closed.asException()))
        .hasMessage("no connection: ClosedChannelException")
        .extracting("code")
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(GrpcErrors.fromThrowable(Status.UNKNOWN.asException()).code())
        .as("of a server")
        .isNotEqualTo(ErrorCode.UNAVAILABLE);
  }
}
