package dev.longtake.coordinator.api;

import dev.longtake.metrics.Metrics;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Measures every call: how many are open, how long each took, and how it ended. A call whose caller
 * goes first counts as {@code CANCELLED}, whatever it would have been answered.
 *
 * @param nanos a clock that only goes on, in nanoseconds
 */
public record RpcMeter(Metrics metrics, LongSupplier nanos) implements ServerInterceptor {

  /** Shows a method before it was ever called. */
  public void show(MethodDescriptor<?, ?> method) {
    String service = service(method);
    String name = name(method);
    metrics.rpcsOpen.labelValues(service, name).set(0);
    metrics.rpcSeconds.initLabelValues(service, name, Status.Code.OK.name());
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var open = new Open(call.getMethodDescriptor());
    var measured =
        new SimpleForwardingServerCall<Q, R>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            open.end(status.getCode()); // Before the caller has its answer and looks.
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(measured, headers)) {
      // Of what nobody else has ended: gRPC itself, for a mistake of ours.
      @Override
      public void onComplete() {
        open.end(Status.Code.UNKNOWN);
        super.onComplete();
      }

      @Override
      public void onCancel() {
        open.end(Status.Code.CANCELLED);
        super.onCancel();
      }
    };
  }

  private static String service(MethodDescriptor<?, ?> method) {
    String full = method.getServiceName();
    return full == null ? "" : full.substring(full.lastIndexOf('.') + 1);
  }

  private static String name(MethodDescriptor<?, ?> method) {
    String bare = method.getBareMethodName();
    return bare == null ? "" : bare;
  }

  /** A call that has not ended. */
  private final class Open {

    private final String service;
    private final String method;
    private final long begun = nanos.getAsLong();
    private final AtomicBoolean isOver = new AtomicBoolean();

    private Open(MethodDescriptor<?, ?> called) {
      service = service(called);
      method = name(called);
      metrics.rpcsOpen.labelValues(service, method).inc();
    }

    /** The first end counts: what was answered before the caller went was answered. */
    private void end(Status.Code code) {
      if (isOver.compareAndSet(false, true)) {
        metrics.rpcsOpen.labelValues(service, method).dec();
        metrics
            .rpcSeconds
            .labelValues(service, method, code.name())
            .observe((nanos.getAsLong() - begun) / (double) TimeUnit.SECONDS.toNanos(1));
      }
    }
  }
}
