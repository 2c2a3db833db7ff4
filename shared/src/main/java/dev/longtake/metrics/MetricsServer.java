package dev.longtake.metrics;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.net.InetAddress;

/** Shows the meters at {@code /metrics}, on loopback. */
public final class MetricsServer implements AutoCloseable {

  private final HTTPServer server;

  private MetricsServer(HTTPServer server) {
    this.server = server;
  }

  /**
   * Starts it.
   *
   * @param port 0 for any free one
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if the port is taken
   */
  public static MetricsServer start(Metrics metrics, int port) {
    try {
      return new MetricsServer(
          HTTPServer.builder()
              .inetAddress(InetAddress.getLoopbackAddress())
              .port(port)
              .registry(metrics.registry())
              .buildAndStart());
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "metrics port: expected a free one, found %d: %s".formatted(port, e.getMessage()),
          e);
    }
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.stop();
  }
}
