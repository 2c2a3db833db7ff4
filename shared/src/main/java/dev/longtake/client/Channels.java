package dev.longtake.client;

import dev.longtake.limit.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Connections to a coordinator, all set up alike. */
public final class Channels {

  /** After so long a silence the other side is asked, and after as long again given up. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  private static final long SHUTDOWN_SECONDS = 3;

  /**
   * Would write a stack trace to standard error for each name that it cannot find; whoever made the
   * call tells it in a sentence. Held here, because a logger that nobody holds forgets its level.
   */
  private static final Logger GRPC_CHANNELS =
      Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  static {
    GRPC_CHANNELS.setLevel(Level.SEVERE);
  }

  private Channels() {}

  /** A connection without encryption, for loopback; made on first use and again when lost. */
  public static ManagedChannel plaintext(String host, int port) {
    return open(Addresses.of(new Address(host, port)), Pass.NONE);
  }

  /**
   * A connection to any coordinator of a farm; made on first use and again when lost.
   *
   * @param pass what this program shows to be let in
   */
  public static ManagedChannel open(Addresses coordinators, Pass pass) {
    return open(coordinators, KEEP_ALIVE, pass);
  }

  /**
   * The same.
   *
   * @param keepAlive after so long a silence the other side is asked, and after as long again given
   *     up
   */
  public static ManagedChannel open(Addresses coordinators, Duration keepAlive, Pass pass) {
    return coordinators.all().size() == 1
        ? open(coordinators.all().getFirst(), keepAlive, pass)
        : toAny(coordinators, keepAlive, Coordinators.Pace.USUAL, pass);
  }

  private static ManagedChannel open(Address coordinator, Duration keepAlive, Pass pass) {
    return open(
        NettyChannelBuilder.forAddress(
            coordinator.host(), coordinator.port(), ChannelLock.of(pass.identity())),
        keepAlive,
        pass);
  }

  /**
   * Calls go to each in turn that is well. (Of itself gRPC would stay with the first one that it
   * reaches, and wait for it when it is frozen.)
   */
  static ManagedChannel toAny(
      Addresses addresses, Duration keepAlive, Coordinators.Pace pace, Pass pass) {
    CoordinatorNames.register();
    var coordinators = new Coordinators(addresses, pace);
    ManagedChannel channel =
        open(
            NettyChannelBuilder.forTarget(CoordinatorNames.TARGET, ChannelLock.of(pass.identity()))
                .setNameResolverArg(CoordinatorNames.KEY, coordinators)
                .defaultServiceConfig(CallPolicy.SERVICE_CONFIG)
                .intercept(new CallGuard(coordinators)),
            keepAlive,
            pass);
    coordinators.watch(channel, address -> open(address, keepAlive, pass));
    return channel;
  }

  private static ManagedChannel open(NettyChannelBuilder builder, Duration keepAlive, Pass pass) {
    return builder
        .intercept(pass.headers())
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .maxInboundMessageSize(WireLimits.MESSAGE_BYTES_MAX)
        .flowControlWindow(WireLimits.FLOW_CONTROL_WINDOW_BYTES)
        .keepAliveTime(keepAlive.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(keepAlive.toMillis(), TimeUnit.MILLISECONDS)
        .build();
  }

  /** Ends a connection and the calls on it. */
  public static void close(ManagedChannel channel) {
    channel.shutdownNow();
    try {
      channel.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
