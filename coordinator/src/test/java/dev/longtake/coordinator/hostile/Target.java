package dev.longtake.coordinator.hostile;

import dev.longtake.client.Channels;
import dev.longtake.coordinator.Coordinator;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The coordinator that is attacked, all of whose ports are on loopback.
 *
 * @param folder its data
 * @param film a story that has been rendered, with its film
 */
record Target(Coordinator coordinator, Path folder, String film) {

  /** Nobody who is refused waits so long: the coordinator's own longest patience, and room. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Where clients and workers call. */
  int port() {
    return coordinator.port();
  }

  /** A connection as honest programs make it. */
  ManagedChannel channel() {
    return Channels.plaintext("127.0.0.1", port());
  }

  /** A bare connection that gives up when nothing comes for {@link #PATIENCE}. */
  static Socket socket(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  /** A bare connection to the dashboard. */
  Socket toDashboard() throws IOException {
    return socket(coordinator.webPort());
  }

  /** A bare connection to the port of metrics. */
  Socket toMetrics() throws IOException {
    return socket(coordinator.metricsPort());
  }

  /** What the coordinator says of itself. */
  String metrics() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + coordinator.metricsPort() + "/metrics"))
            .timeout(PATIENCE)
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }

  /** The sum of all series that begin with this. */
  double metric(String name) throws IOException, InterruptedException {
    return Pattern.compile(
            "^" + Pattern.quote(name) + "(?:\\{[^}]*\\})? (\\S+)$", Pattern.MULTILINE)
        .matcher(metrics())
        .results()
        .map(MatchResult::group)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Failures of this kind that were counted. */
  double errors(String kind) throws IOException, InterruptedException {
    String series = "longtake_errors_total{error_kind=\"" + kind + "\"} ";
    return metrics()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .sum();
  }
}
