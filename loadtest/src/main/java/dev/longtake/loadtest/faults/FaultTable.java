package dev.longtake.loadtest.faults;

import dev.longtake.loadtest.faults.history.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** What faults cost, a line each, as documents show it. Pure. */
public final class FaultTable {

  private FaultTable() {}

  /** Markdown. */
  public static List<String> of(List<Cost> costs) {
    Map<String, List<Cost>> byFault = new TreeMap<>();
    costs.forEach(
        cost -> byFault.computeIfAbsent(cost.fault().fault(), any -> new ArrayList<>()).add(cost));
    List<String> lines = new ArrayList<>();
    lines.add(
        "| Fault | Times | Chunk-steps lost, median / most | Leased again, median / longest |");
    lines.add("|---|---|---|---|");
    byFault.forEach(
        (fault, all) ->
            lines.add(
                "| %s | %d | %s | %s |".formatted(fault, all.size(), lost(all), leased(all))));
    return lines;
  }

  private static String lost(List<Cost> costs) {
    long[] steps = costs.stream().mapToLong(Cost::stepsLost).sorted().toArray();
    return "%d / %d".formatted(steps[steps.length / 2], steps[steps.length - 1]);
  }

  private static String leased(List<Cost> costs) {
    long[] millis = costs.stream().flatMapToLong(cost -> stream(cost)).sorted().toArray();
    return millis.length == 0
        ? "nothing had to be"
        : "%.1f / %.1f s"
            .formatted(millis[millis.length / 2] / 1e3, millis[millis.length - 1] / 1e3);
  }

  private static LongStream stream(Cost cost) {
    return cost.leaseMillis().stream();
  }
}
