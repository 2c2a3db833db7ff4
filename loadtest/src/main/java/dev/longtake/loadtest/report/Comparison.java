package dev.longtake.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How the figures of two runs differ, in lines for people. Pure. */
public final class Comparison {

  private static final List<String> PARTS =
      List.of(
          "leasesPerSecond", "coordinatorCpuMillisPerLease", "seconds", "counts", "latencyMillis");

  private Comparison() {}

  /** The lines: what was run differently first, then figure by figure. */
  public static List<String> of(JsonNode first, JsonNode second) {
    List<String> lines = new ArrayList<>();
    differences(first, second, "run", lines);
    differences(first, second, "machine", lines);
    lines.add(line("figure", "first", "second", "second/first"));
    Map<String, Double> left = numbers(first);
    Map<String, Double> right = numbers(second);
    Set<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      lines.add(
          line(name, shown(left.get(name)), shown(right.get(name)), ratio(left, right, name)));
    }
    lines.add(
        "audit: %s, %s"
            .formatted(passed(first) ? "passed" : "FAILED", passed(second) ? "passed" : "FAILED"));
    return List.copyOf(lines);
  }

  /** Whether every invariant held in a run. */
  public static boolean passed(JsonNode figures) {
    return figures.path("audit").path("passed").asBoolean();
  }

  private static void differences(
      JsonNode first, JsonNode second, String part, List<String> lines) {
    Set<String> names = new TreeSet<>();
    first.path(part).fieldNames().forEachRemaining(names::add);
    second.path(part).fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode left = first.path(part).path(name);
      JsonNode right = second.path(part).path(name);
      if (!left.equals(right)) {
        lines.add("%s.%s: %s, %s".formatted(part, name, left, right));
      }
    }
  }

  private static Map<String, Double> numbers(JsonNode figures) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    PARTS.forEach(part -> collect(part, figures.path(part), numbers));
    return numbers;
  }

  private static void collect(String name, JsonNode node, Map<String, Double> numbers) {
    if (node.isNumber()) {
      numbers.put(name, node.asDouble());
    }
    node.properties()
        .forEach(entry -> collect(name + "." + entry.getKey(), entry.getValue(), numbers));
  }

  private static String shown(@org.jspecify.annotations.Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String ratio(Map<String, Double> left, Map<String, Double> right, String name) {
    double before = left.getOrDefault(name, 0.0);
    return before == 0 || !right.containsKey(name)
        ? "-"
        : String.format(Locale.ROOT, "%.2f", right.getOrDefault(name, 0.0) / before);
  }

  private static String line(String name, String first, String second, String ratio) {
    return String.format(Locale.ROOT, "%-36s %14s %14s %12s", name, first, second, ratio);
  }
}
