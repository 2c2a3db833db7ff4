package dev.longtake.coordinator.api;

import dev.longtake.coordinator.access.Caller;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;

/** Lets a service know where a call comes from, for what people read. */
public final class PeerAddress implements ServerInterceptor {

  private static final Context.Key<String> ADDRESS =
      Context.keyWithDefault("longtake-peer", "an unknown address");

  /** Where the call that this thread serves comes from: an address and a port. */
  static String ofCall() {
    return ADDRESS.get();
  }

  /** Who makes the call that this thread serves, and where from: for what is written down. */
  static String withCaller() {
    Caller caller = Caller.ofCall();
    return caller.equals(Caller.ANYBODY) ? ofCall() : caller.shown() + " at " + ofCall();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
            instanceof InetSocketAddress address
        ? Contexts.interceptCall(
            Context.current().withValue(ADDRESS, text(address)), call, headers, next)
        : next.startCall(call, headers);
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}
