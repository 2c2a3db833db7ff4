package dev.longtake.ops.command;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.WorkerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Workers as people read them, a line each. */
final class WorkerLines {

  private WorkerLines() {}

  static List<String> of(List<WorkerStatus> workers) {
    int id = Math.max(2, workers.stream().mapToInt(it -> it.workerId().length()).max().orElse(0));
    int engine =
        Math.max(
            6,
            workers.stream()
                .flatMap(worker -> worker.connection().stream())
                .mapToInt(connection -> connection.engineClass().length())
                .max()
                .orElse(0));
    String row = "%-" + id + "s  %-11s  %-" + engine + "s  %6s  %8s  %s";
    List<String> lines = new ArrayList<>();
    lines.add(row.formatted("ID", "STATE", "ENGINE", "CHUNKS", "SEGMENTS", "NOTE"));
    for (WorkerStatus worker : workers) {
      lines.add(
          row.formatted(
                  worker.workerId(),
                  state(worker),
                  worker.connection().map(WorkerStatus.Connection::engineClass).orElse("-"),
                  count(worker, LeaseToken.Kind.CHUNK),
                  count(worker, LeaseToken.Kind.SEGMENT),
                  note(worker))
              .stripTrailing());
    }
    return lines;
  }

  private static long count(WorkerStatus worker, LeaseToken.Kind kind) {
    return worker.holds().stream().filter(lease -> lease.kind() == kind).count();
  }

  private static String state(WorkerStatus worker) {
    if (worker.connection().isEmpty()) {
      return "absent";
    }
    if (worker.draining()) {
      return worker.mark().map(mark -> mark.kind().word()).orElse("draining");
    }
    return worker.holds().isEmpty() ? "idle" : "busy";
  }

  private static String note(WorkerStatus worker) {
    String bound =
        worker
            .connection()
            .flatMap(it -> it.scope().only())
            .map(it -> "for " + it + " alone")
            .orElse("");
    String why = markOrStories(worker);
    return bound.isEmpty() || why.isEmpty() ? bound + why : bound + "; " + why;
  }

  private static String markOrStories(WorkerStatus worker) {
    if (worker.mark().isPresent()) {
      var mark = worker.mark().get();
      String until = mark.until().map(it -> ", until " + it).orElse("");
      return "%s since %s%s: %s".formatted(mark.kind().word(), mark.since(), until, mark.reason());
    }
    Set<String> stories = new TreeSet<>();
    worker.holds().forEach(lease -> stories.add(lease.storyId()));
    return String.join(", ", stories);
  }
}
