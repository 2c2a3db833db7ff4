package dev.longtake.loadtest.farm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a coordinator counts, read from its {@code /metrics} in Prometheus' text format.
 *
 * @param values by name with labels, as they stand there
 */
public record CoordinatorMetrics(Map<String, Double> values) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  public CoordinatorMetrics {
    values = Map.copyOf(values);
  }

  /**
   * Reads them.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not answer
   */
  public static CoordinatorMetrics read(URI address) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
      return parse(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "cannot read " + address + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted while reading metrics", e);
    }
  }

  static CoordinatorMetrics parse(String text) {
    Map<String, Double> values = new HashMap<>();
    for (String line : text.lines().toList()) {
      int space = line.lastIndexOf(' ');
      if (!line.startsWith("#") && space > 0) {
        values.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
      }
    }
    return new CoordinatorMetrics(values);
  }

  /** A value; 0 for what was never counted. */
  public double get(String name) {
    return values.getOrDefault(name, 0.0);
  }

  /** The sum over all labels of a meter. */
  public double sum(String name) {
    return values.entrySet().stream()
        .filter(entry -> entry.getKey().equals(name) || entry.getKey().startsWith(name + "{"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
