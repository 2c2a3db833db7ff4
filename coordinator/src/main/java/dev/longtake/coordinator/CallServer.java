package dev.longtake.coordinator;

import dev.longtake.config.Loopback;
import dev.longtake.coordinator.api.InboundRoom;
import dev.longtake.coordinator.api.PeerAddress;
import dev.longtake.coordinator.api.ReadableMessages;
import dev.longtake.coordinator.api.RpcMeter;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.limit.WireLimits;
import dev.longtake.metrics.Metrics;
import dev.longtake.security.LiveKeys;
import dev.longtake.security.LiveTrust;
import dev.longtake.security.TlsIdentity;
import io.grpc.BindableService;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where clients and workers call, over gRPC; each call has a virtual thread. */
final class CallServer {

  private static final Logger log = LoggerFactory.getLogger(CallServer.class);
  private static final long END_SECONDS = 5;

  /**
   * A peer that says nothing for so long is asked whether it is there: one whose machine went, or
   * was cut off, closes nothing, and would keep its connection for the two hours that gRPC waits.
   */
  private static final long PEER_ALIVE_SECONDS = 60;

  /** Large messages on their way in have this part of the heap. */
  private static final int INBOUND_SHARE = 4;

  /** Nobody of ours packs messages, and a packed one may be a thousand times what it weighs. */
  private static final DecompressorRegistry UNPACKED =
      DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

  /**
   * Would write a stack trace to standard error for each connection and each message that breaks a
   * rule of the network's, which is everybody's to do. Held here, because a logger that nobody
   * holds forgets its level.
   */
  private static final List<java.util.logging.Logger> GRPC_SERVER =
      Stream.of("NettyServerTransport", "NettyServerStream", "NettyServerHandler")
          .map(name -> NettyServerBuilder.class.getPackageName() + "." + name)
          .map(java.util.logging.Logger::getLogger)
          .toList();

  static {
    GRPC_SERVER.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  private final Server server;
  private final ExecutorService calls;

  private CallServer(Server server, ExecutorService calls) {
    this.server = server;
    this.calls = calls;
  }

  /**
   * Listens from now on.
   *
   * @param identity empty for plaintext
   * @param doors what a call goes through before its service; the last one is asked first
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if it cannot
   */
  static CallServer start(
      CoordinatorConfig.Listen listen,
      Optional<TlsIdentity> identity,
      RpcMeter meter,
      List<ServerInterceptor> doors,
      List<BindableService> services) {
    if (identity.isEmpty()) {
      tellPlaintext(listen);
    }
    ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    NettyServerBuilder builder = builder(listen, identity, meter.metrics()).executor(calls);
    doors.forEach(builder::intercept);
    builder.intercept(new ReadableMessages(meter.metrics()));
    builder.intercept(meter); // What is named last is asked first.
    services.forEach(service -> builder.addService(ReadableMessages.of(service)));
    try {
      Server server = builder.build().start();
      server.getServices().stream()
          .flatMap(service -> service.getMethods().stream())
          .map(ServerMethodDefinition::getMethodDescriptor)
          .forEach(meter::show);
      return new CallServer(server, calls);
    } catch (IOException e) {
      calls.shutdown();
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "port: expected a free one on %s, found %d: %s"
              .formatted(listen.host(), listen.port(), e.getMessage()),
          e);
    }
  }

  private static NettyServerBuilder builder(
      CoordinatorConfig.Listen listen, Optional<TlsIdentity> identity, Metrics metrics) {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(listen.host(), listen.port()), credentials(identity))
        .maxInboundMessageSize(WireLimits.MESSAGE_BYTES_MAX)
        .flowControlWindow(WireLimits.FLOW_CONTROL_WINDOW_BYTES)
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxConnectionIdle(listen.idle().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTime(PEER_ALIVE_SECONDS, TimeUnit.SECONDS)
        .decompressorRegistry(UNPACKED)
        .addStreamTracerFactory(
            new InboundRoom(Runtime.getRuntime().maxMemory() / INBOUND_SHARE, metrics))
        .intercept(new PeerAddress())
        .addService(ProtoReflectionServiceV1.newInstance());
  }

  private static ServerCredentials credentials(Optional<TlsIdentity> identity) {
    return identity
        .map(
            it ->
                TlsServerCredentials.newBuilder()
                    .keyManager(new LiveKeys(it))
                    .trustManager(new LiveTrust(it))
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                    .build())
        .orElseGet(InsecureServerCredentials::create);
  }

  private static void tellPlaintext(CoordinatorConfig.Listen listen) {
    if (Loopback.is(listen.host())) {
      log.info(
          "connections are not encrypted: everybody on this machine may do everything on port {}",
          listen.port());
    } else {
      log.warn(
          "CONNECTIONS ARE NOT ENCRYPTED (tls.allow-plaintext): everybody who reaches {}:{} may"
              + " read and do everything",
          listen.host(),
          listen.port());
    }
  }

  /** The port that it has. */
  int port() {
    return server.getPort();
  }

  /**
   * Ends every call. Its threads are not interrupted: what waits for a slab is told when the store
   * closes, and what is within the journal's files would take these along.
   */
  void stop() throws InterruptedException {
    server.shutdownNow();
    server.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    calls.shutdown();
  }
}
