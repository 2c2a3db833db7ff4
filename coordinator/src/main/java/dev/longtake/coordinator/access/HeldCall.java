package dev.longtake.coordinator.access;

import dev.longtake.error.LongtakeException;
import dev.longtake.wire.GrpcErrors;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that stays open, and can be ended by somebody else than its service. The service then
 * hears what it would hear if the peer had cancelled, and what it still sends goes nowhere.
 */
final class HeldCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

  private final Runnable check;
  private final Consumer<HeldCall<?, ?>> onEnd;
  private volatile @Nullable Held listener;

  /** Under this call's lock, which is never held when a service is called. */
  private boolean isClosed;

  /**
   * @param check throws if it would be let in no longer
   * @param onEnd told once it has ended, however that was
   */
  HeldCall(ServerCall<Q, R> call, Runnable check, Consumer<HeldCall<?, ?>> onEnd) {
    super(call);
    this.check = check;
    this.onEnd = onEnd;
  }

  /**
   * Whether it would still be let in.
   *
   * @throws LongtakeException if not
   */
  void check() {
    check.run();
  }

  /** Ends it from outside. */
  void end(LongtakeException why) {
    onEnd.accept(this);
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      refuse(delegate(), why);
    }
    Held told = listener;
    if (told != null) {
      told.cut();
    }
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!isClosed) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(R message) {
    if (!isClosed) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!isClosed) {
      isClosed = true;
      super.close(status, trailers);
    }
  }

  /** What the network tells goes through this to the service's own listener. */
  ServerCall.Listener<Q> listener(ServerCall.Listener<Q> service) {
    var held = new Held(service);
    listener = held;
    boolean isEnded;
    synchronized (this) {
      isEnded = isClosed;
    }
    if (isEnded) { // Ended between the two.
      held.cut();
    }
    return held;
  }

  /** Answers with a failure. */
  static void refuse(ServerCall<?, ?> call, LongtakeException why) {
    StatusRuntimeException status = GrpcErrors.toStatus(why);
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  private final class Held extends SimpleForwardingServerCallListener<Q> {

    private boolean isOver;

    private Held(ServerCall.Listener<Q> service) {
      super(service);
    }

    private synchronized void cut() {
      if (!isOver) {
        isOver = true;
        super.onCancel();
      }
    }

    @Override
    public synchronized void onMessage(Q message) {
      if (!isOver) {
        super.onMessage(message);
      }
    }

    @Override
    public synchronized void onHalfClose() {
      if (!isOver) {
        super.onHalfClose();
      }
    }

    @Override
    public synchronized void onReady() {
      if (!isOver) {
        super.onReady();
      }
    }

    @Override
    public synchronized void onCancel() {
      onEnd.accept(HeldCall.this);
      if (!isOver) {
        isOver = true;
        super.onCancel();
      }
    }

    @Override
    public synchronized void onComplete() {
      onEnd.accept(HeldCall.this);
      if (!isOver) {
        isOver = true;
        super.onComplete();
      }
    }
  }
}
