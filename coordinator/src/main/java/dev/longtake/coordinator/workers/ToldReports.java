package dev.longtake.coordinator.workers;

import dev.longtake.lease.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of a worker's reports its stories have to be told. A worker repeats all that it holds
 * whenever any of it changes, so that with thousands of chunks on one worker the reports of ended
 * ones alone would be millions. Pure, but changed in place: one owner.
 *
 * <p>How far a piece of work is has to be told once. That it has ended is told again until the
 * worker holds it no longer, because a story may have moved or may not have heard it: after a
 * pause, and each time after twice as long a one, since a story that is behind is not helped by
 * hearing it again.
 */
final class ToldReports {

  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  /** When it is to be told again, and how long a pause comes after that. */
  private record Again(Instant at, Duration pause) {

    private Again next(Instant now) {
      Duration twice = pause.multipliedBy(2);
      return new Again(now.plus(pause), twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX);
    }
  }

  private final Duration pause;
  private Map<Report, Again> told = Map.of();

  /**
   * Nothing was told yet.
   *
   * @param pause the first one
   */
  ToldReports(Duration pause) {
    this.pause = pause;
  }

  /** Those of a statement that are to be told now; they count as told. */
  List<Report> due(List<Report> statement, Instant now) {
    Map<Report, Again> then = new HashMap<>();
    List<Report> due = new ArrayList<>();
    for (Report report : statement) {
      Again again = told.get(report);
      if (again == null) {
        again = new Again(now, pause);
      } else if (report.progress() instanceof Report.Running || now.isBefore(again.at())) {
        then.put(report, again);
        continue;
      }
      due.add(report);
      then.put(report, again.next(now));
    }
    told = then;
    return due;
  }
}
