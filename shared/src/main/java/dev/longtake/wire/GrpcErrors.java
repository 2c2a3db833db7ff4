package dev.longtake.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Failures to gRPC statuses and back: the one table of both.
 *
 * <p>Every status carries one {@code ErrorInfo}: reason = name of the {@link ErrorCode}, domain
 * {@code longtake.dev}. A wrong request carries a {@code BadRequest} too, one violation for each
 * line {@code field: sentence} of the message. Everything together stays well below the 8 KiB that
 * clients take of metadata by default.
 */
public final class GrpcErrors {

  public static final String DOMAIN = "longtake.dev";
  private static final int MESSAGE_LENGTH_MAX = 1000;
  private static final int VIOLATIONS_LENGTH_MAX = 1500;

  private GrpcErrors() {}

  /** Answers with what {@code call} gives, or with the status of what it throws. */
  public static <T> void answer(StreamObserver<T> responses, Supplier<T> call) {
    T response;
    try {
      response = call.get();
    } catch (RuntimeException e) {
      responses.onError(toStatus(e));
      return;
    }
    responses.onNext(response);
    responses.onCompleted();
  }

  /**
   * The status of a failure. What is neither a {@link LongtakeException} nor a gRPC status is
   * {@link ErrorCode#INTERNAL}, and its message is kept from the caller.
   */
  public static StatusRuntimeException toStatus(Throwable failure) {
    return switch (failure) {
      case LongtakeException e -> toStatus(e.code(), e.getMessage());
      case StatusRuntimeException e -> e;
      default ->
          toStatus(
              ErrorCode.INTERNAL,
              "a broken invariant (%s); the log of this process says more"
                  .formatted(failure.getClass().getSimpleName()));
    };
  }

  /** The failure of a status. */
  public static LongtakeException fromStatus(StatusRuntimeException status) {
    return fromStatus(status.getStatus(), status);
  }

  /** The failure of a status. */
  public static LongtakeException fromStatus(StatusException status) {
    return fromStatus(status.getStatus(), status);
  }

  /** The failure that a stream was told; what is no status is {@link ErrorCode#INTERNAL}. */
  public static LongtakeException fromThrowable(Throwable failure) {
    return fromStatus(Status.fromThrowable(failure), failure);
  }

  private static StatusRuntimeException toStatus(ErrorCode code, String message) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(statusCode(code).value())
            .setMessage(Texts.cut(message, MESSAGE_LENGTH_MAX))
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setReason(code.name()).setDomain(DOMAIN).build()));
    if (code == ErrorCode.REQUEST_INVALID || code == ErrorCode.STORY_INVALID) {
      status.addDetails(Any.pack(badRequest(message)));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static BadRequest badRequest(String message) {
    BadRequest.Builder request = BadRequest.newBuilder();
    int left = VIOLATIONS_LENGTH_MAX;
    for (String line : message.lines().toList()) {
      left -= line.length();
      if (left < 0) {
        break;
      }
      int colon = line.indexOf(": ");
      request.addFieldViolations(
          BadRequest.FieldViolation.newBuilder()
              .setField(colon < 0 ? "" : line.substring(0, colon))
              .setDescription(colon < 0 ? line : line.substring(colon + 2)));
    }
    return request.build();
  }

  /**
   * As it should be: of a connection that closes while a call begins gRPC says {@code UNKNOWN} with
   * the network's own failure below; what a server answers has nothing below.
   */
  private static Status mended(Status status) {
    return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException
        ? Status.UNAVAILABLE.withCause(status.getCause())
        : status;
  }

  private static LongtakeException fromStatus(Status told, Throwable cause) {
    Status status = mended(told);
    com.google.rpc.@Nullable Status details = StatusProto.fromThrowable(cause);
    ErrorCode code =
        Optional.ofNullable(details)
            .flatMap(GrpcErrors::reason)
            .orElseGet(() -> errorCode(status.getCode()));
    String description = status.getDescription();
    Throwable under = status.getCause();
    String message;
    if (status.getCode() == Status.Code.UNAVAILABLE && under != null) {
      message = "no connection: " + NetworkWords.of(under);
    } else if (description != null) {
      message = NetworkWords.of(description);
    } else {
      message = "the other side answered " + status.getCode() + (under == null ? "" : ": " + under);
    }
    return new LongtakeException(code, message, cause);
  }

  private static Optional<ErrorCode> reason(com.google.rpc.Status details) {
    for (Any detail : details.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          String reason = detail.unpack(ErrorInfo.class).getReason();
          return Arrays.stream(ErrorCode.values())
              .filter(code -> code.name().equals(reason))
              .findFirst();
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** The status code of a failure. */
  public static Status.Code statusCode(ErrorCode code) {
    return switch (code) {
      case STORY_INVALID, PICTURE_INVALID, MODEL_INVALID, REQUEST_INVALID, CONFIGURATION_INVALID ->
          Status.Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case ALREADY_EXISTS, DETERMINISM_VIOLATED -> Status.Code.ALREADY_EXISTS;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
      case WRONG_STATE, FILE_UNUSABLE -> Status.Code.FAILED_PRECONDITION;
      case CANCELLED -> Status.Code.CANCELLED;
      case LIMIT_REACHED, NO_ROOM -> Status.Code.RESOURCE_EXHAUSTED;
      case UNAVAILABLE, STORAGE_FAILED, WORKER_LOST -> Status.Code.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case ENGINE_FAILED, OUT_OF_MEMORY, DEVICE_LOST, RESULT_INVALID -> Status.Code.ABORTED;
      case DATA_CORRUPT, CHECKPOINT_UNUSABLE -> Status.Code.DATA_LOSS;
      case INTERNAL -> Status.Code.INTERNAL;
    };
  }

  /** What a status without our details means. */
  private static ErrorCode errorCode(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorCode.REQUEST_INVALID;
      case NOT_FOUND -> ErrorCode.NOT_FOUND;
      case ALREADY_EXISTS -> ErrorCode.ALREADY_EXISTS;
      case UNAUTHENTICATED -> ErrorCode.UNAUTHENTICATED;
      case PERMISSION_DENIED -> ErrorCode.PERMISSION_DENIED;
      case FAILED_PRECONDITION -> ErrorCode.WRONG_STATE;
      case RESOURCE_EXHAUSTED -> ErrorCode.LIMIT_REACHED;
      // Without our details it was not a person who cancelled: the other side was stopped, or
      // something
      // between the two cut the call off.
      case UNAVAILABLE, CANCELLED -> ErrorCode.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
      case ABORTED -> ErrorCode.ENGINE_FAILED;
      case DATA_LOSS -> ErrorCode.DATA_CORRUPT;
      case OK, UNKNOWN, UNIMPLEMENTED, INTERNAL -> ErrorCode.INTERNAL;
    };
  }
}
