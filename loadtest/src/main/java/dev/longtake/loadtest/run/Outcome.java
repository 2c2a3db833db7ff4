package dev.longtake.loadtest.run;

import dev.longtake.loadtest.audit.Invariant;
import dev.longtake.loadtest.history.Course;
import dev.longtake.loadtest.history.Latencies;
import dev.longtake.loadtest.history.Seen;
import dev.longtake.loadtest.history.Timeline;
import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param counts how many of what, by name
 * @param seconds how long what took, by name
 * @param loadAverage of the machine, at the start and at the end
 */
public record Outcome(
    Plan plan,
    Machine machine,
    Map<String, Long> counts,
    Map<String, Double> seconds,
    List<Double> loadAverage,
    Seen seen,
    List<Invariant> audit) {

  public Outcome {
    counts = Map.copyOf(counts);
    seconds = Map.copyOf(seconds);
    loadAverage = List.copyOf(loadAverage);
    audit = List.copyOf(audit);
  }

  /** What was timed. */
  public Latencies latencies() {
    return seen.latencies();
  }

  /** What it looked like from moment to moment. */
  public Timeline timeline() {
    return seen.timeline();
  }

  /** What the coordinator took over its course. */
  public Course course() {
    return seen.course();
  }

  /** Whether every invariant held. */
  public boolean isPassed() {
    return audit.stream().allMatch(Invariant::isKept);
  }

  /** Leases a second, from the first arrival to the last lease. */
  public double leasesPerSecond() {
    return count("leases") / Math.max(1e-9, second("leasing"));
  }

  /** How many of that there were. */
  public long count(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** How long that took; 0 if it did not happen. */
  public double second(String name) {
    return seconds.getOrDefault(name, 0.0);
  }
}
