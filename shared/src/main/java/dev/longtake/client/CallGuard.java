package dev.longtake.client;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls that wait for a frozen coordinator, streams too, as if it had gone: whoever made them
 * makes them again, and then they go to another one.
 */
final class CallGuard implements ClientInterceptor {

  private final Coordinators coordinators;
  private final Set<Guarded<?, ?>> running = ConcurrentHashMap.newKeySet();

  CallGuard(Coordinators coordinators) {
    this.coordinators = coordinators;
    coordinators.listen(this::check);
  }

  private void check() {
    Answering answering = coordinators.answering();
    for (Guarded<?, ?> call : running) {
      call.where().filter(answering::isGivenUp).ifPresent(call::giveUp);
    }
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    var trace = new Trace();
    return new Guarded<>(
        next.newCall(method, options.withStreamTracerFactory(trace.factory())), trace);
  }

  /** Where a call has been sent; the last place, if it was sent again. */
  private static final class Trace extends ClientStreamTracer {

    private volatile @Nullable SocketAddress remote;

    @Override
    public void streamCreated(Attributes transport, Metadata headers) {
      remote = transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    }

    ClientStreamTracer.Factory factory() {
      return new ClientStreamTracer.Factory() {
        @Override
        public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
          return Trace.this;
        }
      };
    }
  }

  private final class Guarded<Q, R> extends SimpleForwardingClientCall<Q, R> {

    private final Trace trace;
    private volatile @Nullable Address givenUp;

    private Guarded(ClientCall<Q, R> call, Trace trace) {
      super(call);
      this.trace = trace;
    }

    private Optional<Address> where() {
      return Optional.ofNullable(trace.remote).flatMap(coordinators::at);
    }

    private void giveUp(Address silent) {
      givenUp = silent;
      cancel("the coordinator does not answer", null);
    }

    @Override
    public void start(Listener<R> responses, Metadata headers) {
      running.add(this);
      super.start(
          new SimpleForwardingClientCallListener<>(responses) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              running.remove(Guarded.this);
              super.onClose(told(status), trailers);
            }
          },
          headers);
    }

    private Status told(Status status) {
      Address silent = givenUp;
      return silent != null && status.getCode() == Status.Code.CANCELLED
          ? Status.UNAVAILABLE.withDescription(
              "expected coordinator %s to answer, found it silent".formatted(silent))
          : status;
    }
  }
}
