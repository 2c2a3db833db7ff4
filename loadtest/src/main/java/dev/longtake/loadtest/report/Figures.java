package dev.longtake.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.audit.Invariant;
import dev.longtake.loadtest.history.Course;
import dev.longtake.loadtest.history.Timeline;
import dev.longtake.loadtest.run.Outcome;
import dev.longtake.loadtest.run.Plan;
import dev.longtake.loadtest.scenario.Clientele;
import dev.longtake.loadtest.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;

/** The figures of a run as JSON; {@code loadtest.schema.json} says what is in them. */
public final class Figures {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORMAT = "longtake-loadtest-1";
  private static final double MILLIS = 1000;

  private Figures() {}

  /** The figures of a run. */
  public static ObjectNode of(Outcome outcome) {
    ObjectNode figures = JSON.createObjectNode();
    figures.put("format", FORMAT);
    figures.set("run", run(outcome.plan()));
    figures.set("machine", machine(outcome));
    figures.put("leasesPerSecond", rounded(outcome.leasesPerSecond()));
    figures.put("duplicateLeases", outcome.count("duplicateLeases"));
    ObjectNode counts = figures.putObject("counts");
    new TreeMap<>(outcome.counts()).forEach(counts::put);
    ObjectNode seconds = figures.putObject("seconds");
    new TreeMap<>(outcome.seconds()).forEach((name, value) -> seconds.put(name, rounded(value)));
    figures.put(
        "coordinatorCpuMillisPerLease",
        rounded(MILLIS * outcome.second("coordinatorCpu") / Math.max(1, outcome.count("leases"))));
    ObjectNode latencies = figures.putObject("latencyMillis");
    outcome
        .latencies()
        .all()
        .forEach(
            (name, latency) -> {
              ObjectNode one = latencies.putObject(name);
              latency.summary().forEach((key, value) -> one.put(key, rounded(value)));
            });
    figures.set("audit", audit(outcome));
    figures.set("timeline", timeline(outcome.timeline()));
    if (!outcome.course().looks().isEmpty()) {
      figures.set("course", course(outcome.course()));
    }
    return figures;
  }

  private static double rounded(double value) {
    return Math.round(value * MILLIS) / MILLIS;
  }

  private static ObjectNode run(Plan plan) {
    Scenario scenario = plan.scenario();
    ObjectNode run = JSON.createObjectNode();
    run.put("scenario", scenario.name().name().toLowerCase(Locale.ROOT));
    run.put("seed", plan.seed());
    run.put("workers", scenario.workers());
    run.put("connections", plan.connections());
    run.put("warmUpStories", plan.warmUpStories());
    run.put("stories", scenario.storyCount());
    ArrayNode clients = run.putArray("clients");
    for (Clientele.Client client : scenario.clientele().clients()) {
      ObjectNode one = clients.addObject();
      one.put("name", client.name());
      one.put("weight", client.weight());
      one.put("shotsPerStory", client.shape().shotCount());
      one.put("framesPerShot", client.shape().frameCount());
    }
    run.put("arrivalSeconds", seconds(scenario.arrivals()));
    run.put("chunkSeconds", seconds(scenario.times().chunk()));
    run.put("segmentSeconds", seconds(scenario.times().segment()));
    run.put("limitSeconds", seconds(scenario.limit()));
    return run;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static ObjectNode machine(Outcome outcome) {
    ObjectNode machine = JSON.createObjectNode();
    machine.put("processor", outcome.machine().processor());
    machine.put("processors", outcome.machine().processors());
    machine.put("java", outcome.machine().java());
    ArrayNode load = machine.putArray("loadAverage");
    outcome.loadAverage().forEach(value -> load.add(rounded(value)));
    return machine;
  }

  private static ObjectNode audit(Outcome outcome) {
    ObjectNode audit = JSON.createObjectNode();
    audit.put("passed", outcome.isPassed());
    ArrayNode invariants = audit.putArray("invariants");
    for (Invariant invariant : outcome.audit()) {
      ObjectNode one = invariants.addObject();
      one.put("holds", invariant.holds());
      one.put("checked", invariant.checked());
      one.put("violationCount", invariant.violationCount());
      ArrayNode violations = one.putArray("violations");
      invariant.violations().forEach(violations::add);
    }
    return audit;
  }

  private static ArrayNode timeline(Timeline timeline) {
    ArrayNode moments = JSON.createArrayNode();
    for (Timeline.Moment moment : timeline.moments()) {
      ObjectNode one = moments.addObject();
      one.put("seconds", rounded(moment.seconds()));
      one.put("leases", moment.leases());
      one.put("busy", moment.busy());
      one.put("waiting", moment.waiting());
      one.put("openStories", moment.openStories());
    }
    return moments;
  }

  private static ArrayNode course(Course course) {
    ArrayNode looks = JSON.createArrayNode();
    for (Course.Look look : course.looks()) {
      ObjectNode one = looks.addObject();
      one.put("seconds", rounded(look.seconds()));
      look.values().forEach((quantity, value) -> one.put(quantity.word(), rounded(value)));
    }
    return looks;
  }

  /**
   * Writes them to a file.
   *
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if it cannot be written
   */
  public static void write(JsonNode figures, Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(figures) + "\n");
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, "cannot write " + file + ": " + e, e);
    }
  }

  /**
   * Reads those of an earlier run.
   *
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if there are none in the file
   */
  public static JsonNode read(Path file) {
    return read(file, FORMAT);
  }

  /** The same of another format. */
  public static JsonNode read(Path file, String expected) {
    try {
      JsonNode figures = JSON.readTree(Files.readString(file));
      String format = figures.path("format").asText();
      if (!format.equals(expected)) {
        throw new LongtakeException(
            ErrorCode.FILE_UNUSABLE,
            "%s: expected figures of format %s, found \"%s\"".formatted(file, expected, format));
      }
      return figures;
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, "cannot read " + file + ": " + e, e);
    }
  }
}
