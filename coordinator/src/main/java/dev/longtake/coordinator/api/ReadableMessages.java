package dev.longtake.coordinator.api;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.wire.GrpcErrors;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Answers bytes that are no message with {@code INVALID_ARGUMENT}, as every other wrong request. Of
 * itself gRPC takes them for a mistake of ours: it says {@code UNKNOWN}, writes a stack trace for
 * each, and tells neither meters nor services that the call has ended.
 *
 * @param metrics counts them
 */
public record ReadableMessages(Metrics metrics) implements ServerInterceptor {

  /** A service whose calls are told of bytes that are none: there is no message then. */
  public static ServerServiceDefinition of(BindableService service) {
    ServerServiceDefinition bound = service.bindService();
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    bound.getMethods().forEach(method -> methods.add(tolerant(method)));
    // With its schema, by which reflection tells what is served.
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(bound.getServiceDescriptor().getName())
            .setSchemaDescriptor(bound.getServiceDescriptor().getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder told = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(told::addMethod);
    return told.build();
  }

  private static <Q, R> ServerMethodDefinition<Q, R> tolerant(ServerMethodDefinition<Q, R> method) {
    MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new Tolerant<>(descriptor.getRequestMarshaller()),
                descriptor.getResponseMarshaller())
            .build(),
        method.getServerCallHandler());
  }

  /** Gives null for what cannot be read. */
  @SuppressWarnings("NullAway") // What it gives is looked at below before anybody else sees it.
  private record Tolerant<Q>(MethodDescriptor.Marshaller<Q> messages)
      implements MethodDescriptor.Marshaller<Q> {

    @Override
    public InputStream stream(Q message) {
      return messages.stream(message);
    }

    @Override
    public @Nullable Q parse(InputStream bytes) {
      try {
        return messages.parse(bytes);
      } catch (StatusRuntimeException e) {
        return null;
      }
    }
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var closing = new Closing<>(call);
    return new Guarded<>(next.startCall(closing, headers), () -> refuse(closing));
  }

  private void refuse(Closing<?, ?> call) {
    metrics.countError(ErrorCode.REQUEST_INVALID);
    StatusRuntimeException status =
        GrpcErrors.toStatus(
            new LongtakeException(
                ErrorCode.REQUEST_INVALID,
                "message: expected one of %s, found bytes that are none"
                    .formatted(call.getMethodDescriptor().getFullMethodName())));
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** Hears nothing more once there was what is no message. */
  private static final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {

    private final Runnable refuse;
    private boolean isOver;

    private Guarded(ServerCall.Listener<Q> service, Runnable refuse) {
      super(service);
      this.refuse = refuse;
    }

    @Override
    public void onMessage(@Nullable Q message) {
      if (message == null && !isOver) {
        isOver = true;
        refuse.run();
        super.onCancel(); // The service is rid of the call.
      } else if (message != null && !isOver) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!isOver) {
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (!isOver) {
        super.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!isOver) {
        super.onComplete();
      }
    }
  }

  /** Is closed once, whoever comes first. */
  private static final class Closing<Q, R> extends SimpleForwardingServerCall<Q, R> {

    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Closing(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (isClosed.compareAndSet(false, true)) {
        super.close(status, trailers);
      }
    }
  }
}
