package dev.longtake.ops.localfarm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * What a coordinator's metrics say of it.
 *
 * @param isLeader whether it deals out the farm's work
 * @param workers how many are connected to it
 */
record CoordinatorView(boolean isLeader, int workers) {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final int OK = 200;

  /**
   * Asks it.
   *
   * @return empty if it does not answer
   */
  static Optional<CoordinatorView> ask(HttpClient http, int metricsPort) {
    URI address = URI.create("http://%s:%d/metrics".formatted(FarmRecord.HOST, metricsPort));
    HttpRequest request = HttpRequest.newBuilder(address).timeout(ANSWER_MAX).build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      return answer.statusCode() == OK ? Optional.of(of(answer.body())) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Reads the text that Prometheus reads. */
  static CoordinatorView of(String metrics) {
    return new CoordinatorView(
        value(metrics, "longtake_dispatch_leader") > 0, (int) value(metrics, "longtake_workers"));
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }
}
