package dev.longtake.loadtest.methods.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.loadtest.methods.figures.Outcome.Group;
import dev.longtake.loadtest.methods.figures.Outcome.Kind;
import dev.longtake.loadtest.methods.figures.Outcome.Score;
import dev.longtake.loadtest.methods.figures.Outcome.Setting;
import dev.longtake.words.Word;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A comparison as JSON: {@code methods.schema.json}. Pure. */
public final class MethodJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of the file. */
  public static final String FORMAT = "longtake-methods-1";

  private static final double DIGITS = 1e4;

  private MethodJson() {}

  /** The JSON. */
  public static ObjectNode of(Outcome outcome) {
    Setting setting = outcome.setting();
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("model", setting.model());
    root.put("engineClass", setting.engineClass());
    root.put("stepCount", setting.stepCount());
    root.put("seedCount", setting.seedCount());
    setting.shots().forEach(root.putArray("shots")::add);
    setting.seconds().forEach(root.putArray("seconds")::add);
    ArrayNode methods = root.putArray("methods");
    setting.methods().forEach(it -> add(methods, it));
    summary(outcome, root.putArray("summary"));
    ArrayNode runs = root.putArray("runs");
    outcome.runs().forEach(run -> add(runs, run));
    return root;
  }

  private static void add(ArrayNode methods, Kind kind) {
    ObjectNode one = methods.addObject();
    one.put("method", kind.word());
    one.put("group", kind.group().word());
    one.put("says", kind.says());
  }

  private static void summary(Outcome outcome, ArrayNode summary) {
    for (int seconds : outcome.setting().seconds()) {
      outcome.setting().methods().forEach(it -> add(summary, outcome, it.word(), seconds));
    }
  }

  private static void add(ArrayNode summary, Outcome outcome, String method, int seconds) {
    List<Run> runs = outcome.of(method, seconds);
    if (runs.isEmpty()) {
      return;
    }
    ObjectNode one = summary.addObject();
    one.put("method", method);
    one.put("seconds", seconds);
    one.put("films", runs.size());
    one.put("compute", rounded(outcome.compute(method, seconds)));
    ObjectNode figures = one.putObject("figures");
    for (Metric metric : Metric.values()) {
      Outcome.spread(runs, metric)
          .ifPresent(
              spread -> {
                ObjectNode figure = figures.putObject(metric.word());
                figure.put("mean", rounded(spread.mean()));
                figure.put("deviation", rounded(spread.deviation()));
                figure.put("films", spread.count());
                Score score = outcome.score(method, seconds, metric);
                figure.put("oursBetter", score.better());
                figure.put("oursWorse", score.worse());
              });
    }
  }

  private static void add(ArrayNode runs, Run run) {
    ObjectNode one = runs.addObject();
    one.put("shot", run.shot());
    one.put("seconds", run.seconds());
    one.put("seed", run.seed());
    one.put("method", run.method());
    one.put("chunkSteps", run.chunkSteps());
    one.put("latentFrameSteps", run.latentFrameSteps());
    ObjectNode figures = one.putObject("figures");
    for (Metric metric : Metric.values()) {
      Double value = run.figures().get(metric);
      if (value != null) {
        figures.put(metric.word(), rounded(value));
      }
    }
  }

  /** Reads what {@link #of} wrote. */
  public static Outcome read(JsonNode root) {
    List<Kind> methods = new ArrayList<>();
    for (JsonNode each : root.path("methods")) {
      methods.add(
          new Kind(
              each.path("method").asText(),
              Word.read(Group.class, each.path("group").asText()).orElse(Group.RIVAL),
              each.path("says").asText()));
    }
    List<String> shots = new ArrayList<>();
    root.path("shots").forEach(it -> shots.add(it.asText()));
    List<Integer> seconds = new ArrayList<>();
    root.path("seconds").forEach(it -> seconds.add(it.asInt()));
    List<Run> runs = new ArrayList<>();
    root.path("runs").forEach(it -> runs.add(run(it)));
    var setting =
        new Setting(
            root.path("model").asText(),
            root.path("engineClass").asText(),
            root.path("stepCount").asInt(),
            shots,
            seconds,
            root.path("seedCount").asInt(),
            methods);
    return new Outcome(setting, runs);
  }

  private static Run run(JsonNode node) {
    Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      JsonNode value = node.path("figures").path(metric.word());
      if (value.isNumber()) {
        figures.put(metric, value.asDouble());
      }
    }
    return new Run(
        node.path("shot").asText(),
        node.path("seconds").asInt(),
        node.path("seed").asLong(),
        node.path("method").asText(),
        node.path("chunkSteps").asLong(),
        node.path("latentFrameSteps").asLong(),
        figures);
  }

  private static double rounded(double value) {
    return Math.round(value * DIGITS) / DIGITS;
  }
}
