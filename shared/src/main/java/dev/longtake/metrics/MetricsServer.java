package dev.longtake.metrics;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Shows the meters at {@code /metrics}, and how the process is at {@code /live} and {@code /ready}.
 */
public final class MetricsServer implements AutoCloseable {

  private final HTTPServer server;

  private MetricsServer(HTTPServer server) {
    this.server = server;
  }

  /**
   * Starts it.
   *
   * @return empty if the address says nowhere
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if the port is taken or
   *     the host is not of this machine
   */
  public static Optional<MetricsServer> start(
      Metrics metrics, Probes probes, MetricsAddress address) {
    return address.port().isEmpty()
        ? Optional.empty()
        : Optional.of(start(metrics, probes, address.host(), address.port().getAsInt()));
  }

  static MetricsServer start(Metrics metrics, Probes probes, String host, int port) {
    try {
      return new MetricsServer(
          HTTPServer.builder()
              .inetAddress(InetAddress.getByName(host))
              .port(port)
              .registry(metrics.registry())
              // A few threads would all wait for those who do not say what they want.
              .executorService(Executors.newVirtualThreadPerTaskExecutor())
              .defaultHandler(new ProbeHandler(probes))
              .buildAndStart());
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "metrics port: expected a free one on %s, found %d: %s"
              .formatted(host, port, e.getMessage()),
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
