package dev.longtake.loadtest.worker;

import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/** One Synchronize stream of a simulated worker. What it sends is sent under the worker's lock. */
final class Session implements ClientResponseObserver<SynchronizeRequest, SynchronizeResponse> {

  /** Told what comes; any thread, one call at a time. */
  interface Listener {

    void ordered(Session session, OrderStatement statement);

    /** The stream is over, with these words. */
    void broken(Session session, String why);

    /** There is room for another statement again. */
    void ready();
  }

  private final Listener listener;
  private volatile @Nullable ClientCallStreamObserver<SynchronizeRequest> requests;
  private volatile boolean isOver;

  Session(Listener listener) {
    this.listener = listener;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<SynchronizeRequest> stream) {
    requests = stream;
    stream.setOnReadyHandler(listener::ready);
  }

  /** Says it; false if the stream is busy with what was said before, or over. */
  boolean say(WorkerStatement statement) {
    ClientCallStreamObserver<SynchronizeRequest> stream = requests;
    if (stream == null || isOver || !stream.isReady()) {
      return false;
    }
    stream.onNext(WorkWire.toProto(statement));
    return true;
  }

  /** Ends it as a worker does that leaves. */
  void leave() {
    ClientCallStreamObserver<SynchronizeRequest> stream = requests;
    if (stream != null && !isOver) {
      isOver = true;
      stream.onCompleted();
    }
  }

  @Override
  public void onNext(SynchronizeResponse response) {
    listener.ordered(this, WorkWire.fromProto(response));
  }

  @Override
  public void onError(Throwable failure) {
    isOver = true;
    listener.broken(this, GrpcErrors.fromThrowable(failure).getMessage());
  }

  @Override
  public void onCompleted() {
    isOver = true;
    listener.broken(this, "the coordinator ended the stream");
  }
}
