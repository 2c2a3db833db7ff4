package dev.longtake.loadtest.report;

import dev.longtake.loadtest.audit.Invariant;
import dev.longtake.loadtest.history.Course;
import dev.longtake.loadtest.history.Course.Quantity;
import dev.longtake.loadtest.history.Latency;
import dev.longtake.loadtest.run.Outcome;
import dev.longtake.loadtest.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run came to, in lines for people. Pure. */
public final class Summary {

  private static final double MIB = 1 << 20;

  private Summary() {}

  /** The lines. */
  public static List<String> of(Outcome outcome) {
    List<String> lines = new ArrayList<>();
    Scenario scenario = outcome.plan().scenario();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, seed %d: %d workers over %d connections, on %d x %s at load %.1f to %.1f",
            scenario.name().name().toLowerCase(Locale.ROOT),
            outcome.plan().seed(),
            scenario.workers(),
            outcome.plan().connections(),
            outcome.machine().processors(),
            outcome.machine().processor(),
            outcome.loadAverage().getFirst(),
            outcome.loadAverage().getLast()));
    lines.add(
        String.format(
            Locale.ROOT,
            "leases: %d received and acknowledged in %.1f s, %.1f a second; %d given twice",
            outcome.count("leases"),
            outcome.second("leasing"),
            outcome.leasesPerSecond(),
            outcome.count("duplicateLeases")));
    lines.add(
        String.format(
            Locale.ROOT,
            "processor: coordinator %.1f s (%.2f ms a lease), simulation %.1f s, in %.1f s",
            outcome.second("coordinatorCpu"),
            1000 * outcome.second("coordinatorCpu") / Math.max(1, outcome.count("leases")),
            outcome.second("simulationCpu"),
            outcome.second("load")));
    lines.add(
        String.format(
            Locale.ROOT,
            "stories: %d accepted, %d refused, %d calls unanswered; %d succeeded, %d failed, %d"
                + " cancelled at the end",
            outcome.count("accepted"),
            outcome.count("refused"),
            outcome.count("submitsUnanswered"),
            outcome.count("succeeded"),
            outcome.count("failed"),
            outcome.count("cancelled")));
    if (scenario.endsWhenFull()) {
      lines.add(
          outcome.second("fill") > 0
              ? String.format(
                  Locale.ROOT, "every worker was at work after %.2f s", outcome.second("fill"))
              : "not every worker was at work within the limit");
    }
    outcome.latencies().all().forEach((name, latency) -> lines.add(latency(name, latency)));
    outcome.course().looks().stream()
        .filter(look -> !look.values().isEmpty())
        .map(Summary::look)
        .forEach(lines::add);
    outcome.audit().forEach(invariant -> add(lines, invariant));
    lines.add(outcome.isPassed() ? "audit: all holds" : "audit: FAILED");
    return List.copyOf(lines);
  }

  private static String latency(String name, Latency latency) {
    Map<String, Double> summary = latency.summary();
    return String.format(
        Locale.ROOT,
        "%-16s n %6.0f  p50 %9.1f  p90 %9.1f  p99 %9.1f  max %9.1f ms",
        name,
        summary.getOrDefault("count", 0.0),
        summary.getOrDefault("p50", 0.0),
        summary.getOrDefault("p90", 0.0),
        summary.getOrDefault("p99", 0.0),
        summary.getOrDefault("max", 0.0));
  }

  private static String look(Course.Look look) {
    return String.format(
        Locale.ROOT,
        "at %6.1f s: %6.0f stories ended, heap %4.0f MiB, resident %5.0f MiB, %3.0f threads,"
            + " %4.0f open files, journal %6.1f MiB, artifacts %6.0f, %6.1f MiB",
        look.seconds(),
        look.of(Quantity.STORIES),
        look.of(Quantity.HEAP) / MIB,
        look.of(Quantity.RESIDENT) / MIB,
        look.of(Quantity.THREADS),
        look.of(Quantity.DESCRIPTORS),
        look.of(Quantity.JOURNAL) / MIB,
        look.of(Quantity.ARTIFACTS),
        look.of(Quantity.ARTIFACT_BYTES) / MIB);
  }

  private static void add(List<String> lines, Invariant invariant) {
    lines.add(
        invariant.isKept()
            ? String.format(
                Locale.ROOT, "  holds   %s (%d)", invariant.holds(), invariant.checked())
            : String.format(
                Locale.ROOT,
                "  BROKEN  %s (%d of %d)",
                invariant.holds(),
                invariant.violationCount(),
                invariant.checked()));
    invariant.violations().forEach(violation -> lines.add("          " + violation));
  }
}
