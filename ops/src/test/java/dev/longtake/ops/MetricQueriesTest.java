package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.MetricWithFixedMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What alarms and dashboards ask for is there on a farm's real page of metrics. */
@Timeout(60)
class MetricQueriesTest {

  /**
   * A series in a query. Those of a GPU are there where there is one; {@code up} is Prometheus'.
   */
  private static final Pattern SERIES =
      Pattern.compile("\\b((?:longtake|jvm|process)_(?!gpu_)[a-z_]+)(?:\\{([^}]*)})?");

  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=|=~|!=|!~)\"([^\"]*)\"");
  private static final String RULES = "ops/prometheus/alarms.yaml";
  private static final String DASHBOARD = "ops/grafana/farm.json";

  @TempDir static Path folder;
  private static List<String> samples = List.of();

  /** A question, and where it is asked. */
  record Query(String where, String text) {}

  @BeforeAll
  static void readMetrics() throws Exception {
    CoordinatorConfig config =
        CoordinatorConfig.CONFIGURATION.of(
            Overrides.NONE
                .with("test", "storage.folder", folder)
                .with("test", "listen.port", 0)
                .with("test", "web.port", "off")
                .with("test", "metrics.port", 0));
    try (Coordinator coordinator = Coordinator.start(config);
        HttpClient http = HttpClient.newHttpClient()) {
      URI page = URI.create("http://127.0.0.1:%d/metrics".formatted(coordinator.metricsPort()));
      String text = http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
      samples = text.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  static Stream<Query> queries() {
    List<Query> queries = new ArrayList<>();
    Matcher rule =
        Pattern.compile("(?m)^ +expr: (.*)$")
            .matcher(Repository.read(Repository.ROOT.resolve(RULES)));
    while (rule.find()) {
      queries.add(new Query(RULES, rule.group(1)));
    }
    try {
      JsonNode dashboard =
          new ObjectMapper().readTree(Repository.read(Repository.ROOT.resolve(DASHBOARD)));
      for (JsonNode query : dashboard.findValues("expr")) {
        queries.add(new Query(DASHBOARD, query.asText()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return queries.stream();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_ofAFarm_findsItsSeries(Query query) {
    Matcher series = SERIES.matcher(query.text());
    while (series.find()) {
      String name = series.group(1);
      String labels = series.group(2) == null ? "" : series.group(2);
      assertThat(samples)
          .as("%s asks for %s, which no farm has", query.where(), series.group())
          .anyMatch(sample -> fits(sample, name, labels));
    }
  }

  private static boolean fits(String sample, String name, String labels) {
    if (!sample.startsWith(name + "{") && !sample.startsWith(name + " ")) {
      return false;
    }
    return MATCHER
        .matcher(labels)
        .results()
        .filter(it -> !it.group(1).equals("job")) // Prometheus adds it.
        .filter(it -> it.group(2).startsWith("=")) // What is left out need not be there.
        .allMatch(it -> sample.contains(it.group(1) + "=\"" + it.group(3) + "\""));
  }

  static Stream<Field> meters() {
    return Stream.of(Metrics.class.getFields());
  }

  @ParameterizedTest
  @MethodSource("meters")
  void meter_isInTheReference_withItsKindAndLabels(Field meter)
      throws ReflectiveOperationException {
    var metric = (MetricWithFixedMetadata) meter.get(new Metrics());
    String kind =
        metric instanceof Counter ? "counter" : metric instanceof Histogram ? "histogram" : "gauge";
    String name = metric.getPrometheusName() + (kind.equals("counter") ? "_total" : "");
    String page = Repository.read(Repository.ROOT.resolve("ops/docs/metrics.md"));
    Matcher row = Pattern.compile("(?m)^\\| `" + name + "` \\| (.*?) \\|").matcher(page);

    assertThat(row.find()).as("ops/docs/metrics.md: a row for %s", name).isTrue();
    assertThat(row.group(1))
        .as("ops/docs/metrics.md: %s", name)
        .isEqualTo(kind + labels(kind.equals("histogram") ? name + "_count" : name));
  }

  /** The labels of a series as the reference names them. */
  private static String labels(String series) {
    List<String> names =
        samples.stream()
            .filter(sample -> sample.startsWith(series + "{"))
            .findFirst()
            .map(sample -> MATCHER.matcher(sample).results().map(it -> it.group(1)).toList())
            .orElse(List.of());
    return switch (names.size()) {
      case 0 -> "";
      case 1 -> ", label `" + names.getFirst() + "`";
      default -> ", labels `" + String.join("`, `", names) + "`";
    };
  }
}
