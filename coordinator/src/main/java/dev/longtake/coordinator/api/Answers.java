package dev.longtake.coordinator.api;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.wire.GrpcErrors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers calls, and counts and notes what goes wrong. */
final class Answers {

  private static final int TEXT_MAX = 64;
  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private final Metrics metrics;

  Answers(Metrics metrics) {
    this.metrics = metrics;
  }

  /** Answers with what {@code call} gives, or with the status of what it throws. */
  <T> void send(StreamObserver<T> responses, Supplier<T> call) {
    GrpcErrors.answer(
        responses,
        () -> {
          try {
            return call.get();
          } catch (RuntimeException e) {
            note(e);
            throw e;
          }
        });
  }

  /** Starts a stream, or ends it with the status of what {@code start} throws. */
  <T> void stream(ServerCallStreamObserver<T> responses, Runnable start) {
    try {
      start.run();
    } catch (RuntimeException e) {
      fail(responses, e);
    }
  }

  /** Ends a call with a failure. */
  void fail(StreamObserver<?> responses, RuntimeException failure) {
    note(failure);
    responses.onError(GrpcErrors.toStatus(failure));
  }

  /** What a caller wrote, as a message may repeat it. */
  static String shortened(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
  }

  private void note(RuntimeException failure) {
    ErrorCode code = failure instanceof LongtakeException known ? known.code() : ErrorCode.INTERNAL;
    metrics.countError(code);
    switch (code.kind()) {
      case BUG -> log.error("code={} a call failed", code.dotted(), failure);
      case WORKER -> log.warn("code={} a call failed: {}", code.dotted(), failure.getMessage());
      case CALLER, BUSY ->
          log.debug("code={} a call failed: {}", code.dotted(), failure.getMessage());
    }
  }
}
