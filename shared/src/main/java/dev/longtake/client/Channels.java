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
    return plaintext(new Address(host, port), KEEP_ALIVE);
  }

  /** The same to any coordinator of a farm. */
  static ManagedChannel plaintext(Addresses coordinators) {
    return plaintext(coordinators, KEEP_ALIVE);
  }

  /**
   * The same.
   *
   * @param keepAlive after so long a silence the other side is asked, and after as long again given
   *     up
   */
  public static ManagedChannel plaintext(Addresses coordinators, Duration keepAlive) {
    return coordinators.all().size() == 1
        ? plaintext(coordinators.all().getFirst(), keepAlive)
        : toAny(coordinators, keepAlive, Coordinators.Pace.USUAL);
  }

  private static ManagedChannel plaintext(Address coordinator, Duration keepAlive) {
    return plaintext(
        NettyChannelBuilder.forAddress(coordinator.host(), coordinator.port()), keepAlive);
  }

  /**
   * Calls go to each in turn that is well. (Of itself gRPC would stay with the first one that it
   * reaches, and wait for it when it is frozen.)
   */
  static ManagedChannel toAny(Addresses addresses, Duration keepAlive, Coordinators.Pace pace) {
    CoordinatorNames.register();
    var coordinators = new Coordinators(addresses, pace);
    ManagedChannel channel =
        plaintext(
            NettyChannelBuilder.forTarget(CoordinatorNames.TARGET)
                .setNameResolverArg(CoordinatorNames.KEY, coordinators)
                .defaultServiceConfig(CallPolicy.SERVICE_CONFIG)
                .intercept(new CallGuard(coordinators)),
            keepAlive);
    coordinators.watch(channel, address -> plaintext(address, keepAlive));
    return channel;
  }

  private static ManagedChannel plaintext(NettyChannelBuilder builder, Duration keepAlive) {
    return builder
        .usePlaintext()
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
