package dev.longtake.client;

import dev.longtake.limit.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Connections to a coordinator, all set up alike. */
public final class Channels {

  /** After so long a silence the other side is asked, and after as long again given up. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  private static final long SHUTDOWN_SECONDS = 3;

  private Channels() {}

  /** A connection without encryption, for loopback; made on first use and again when lost. */
  public static ManagedChannel plaintext(String host, int port) {
    return plaintext(host, port, KEEP_ALIVE);
  }

  /**
   * The same.
   *
   * @param keepAlive after so long a silence the other side is asked, and after as long again given
   *     up
   */
  public static ManagedChannel plaintext(String host, int port, Duration keepAlive) {
    return NettyChannelBuilder.forAddress(host, port)
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
