package dev.longtake.coordinator.api;

import dev.longtake.error.LongtakeException;
import dev.longtake.wire.GrpcErrors;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * Sends full statements over a stream. While the other side is slow only the newest one is kept, so
 * a slow reader costs one message of memory. Calls do not block, and may come from any thread.
 */
final class LatestSender<T> {

  private final ServerCallStreamObserver<T> stream;
  private @Nullable T waiting;
  private boolean isLast;
  private boolean hasEnded;

  /**
   * Has to be made before the service method returns.
   *
   * @param onCancel run when the other side has gone
   */
  LatestSender(ServerCallStreamObserver<T> stream, Runnable onCancel) {
    this.stream = stream;
    // With a handler, sending to somebody who has just gone is not an error.
    stream.setOnCancelHandler(onCancel);
    stream.setOnReadyHandler(this::drain);
  }

  /** Sends the message, unless a newer one comes before it could be sent. */
  synchronized void send(T message) {
    if (!isLast) {
      waiting = message;
      drain();
    }
  }

  /** Sends the message and ends the stream. */
  synchronized void sendLast(T message) {
    if (!isLast) {
      waiting = message;
      isLast = true;
      drain();
    }
  }

  /** Ends the stream at once. */
  synchronized void fail(LongtakeException reason) {
    if (!hasEnded) {
      hasEnded = true;
      isLast = true;
      if (!stream.isCancelled()) {
        stream.onError(GrpcErrors.toStatus(reason));
      }
    }
  }

  /** The other side is gone, or has ended its part: nothing is sent any more. */
  synchronized void end() {
    if (!hasEnded) {
      hasEnded = true;
      isLast = true;
      if (!stream.isCancelled()) {
        stream.onCompleted();
      }
    }
  }

  private synchronized void drain() {
    T message = waiting;
    if (hasEnded || message == null || stream.isCancelled() || !stream.isReady()) {
      return;
    }
    waiting = null;
    stream.onNext(message);
    if (isLast) {
      hasEnded = true;
      stream.onCompleted();
    }
  }
}
