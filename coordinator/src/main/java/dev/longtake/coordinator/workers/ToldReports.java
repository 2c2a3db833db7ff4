package dev.longtake.coordinator.workers;

import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of a worker's reports its stories have to be told. A worker repeats all that it holds
 * whenever any of it changes, so that with thousands of chunks on one worker the reports of ended
 * ones alone would be millions. Pure, but changed in place: one owner.
 *
 * <p>How far a piece of work is has to be told once. That it has ended is told again until the
 * worker holds it no longer, because a story may have moved or may not have heard it: after a
 * pause, and each time after twice as long a one, since a story that is behind is not helped by
 * hearing it again.
 *
 * <p>A worker that says that it is there and comes no further is taken to have failed: if none of
 * what it holds, for whatever story, has come, gone or moved for long enough. What waits for a
 * neighbour's slab is not blamed, because the neighbour's worker is.
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
  private final Duration progress;
  private Map<Report, Again> told = Map.of();
  private Set<Report> said = Set.of();
  private Instant movedAt;
  private final Set<LeaseToken> overdue = new HashSet<>();

  /**
   * Nothing was told yet.
   *
   * @param pause the first one
   * @param progress after so long without any movement a worker has failed
   * @param now when it came
   */
  ToldReports(Duration pause, Duration progress, Instant now) {
    this.pause = pause;
    this.progress = progress;
    this.movedAt = now;
  }

  /** Those of a statement that are to be told now, as they are to be told; they count as told. */
  List<Report> due(List<Report> statement, Instant now) {
    look(statement, now);
    return dueOf(statement.stream().map(this::taken).toList(), now);
  }

  private void look(List<Report> statement, Instant now) {
    Set<Report> saysNow = Set.copyOf(statement);
    if (!saysNow.equals(said)) {
      said = saysNow;
      movedAt = now;
    }
    if (!overdue.isEmpty()) {
      overdue.retainAll(statement.stream().map(Report::lease).collect(Collectors.toSet()));
    }
    if (!now.isBefore(movedAt.plus(progress))) {
      statement.stream().filter(ToldReports::isAtWork).map(Report::lease).forEach(overdue::add);
    }
  }

  /** Only a chunk waits for a neighbour, whatever else is said to. */
  private static boolean isAtWork(Report report) {
    return report.progress() instanceof Report.Running running
        && !(running.waiting() && report.lease().kind() == Kind.CHUNK);
  }

  /** What has failed stays so until it is held no longer, or is done after all. */
  private Report taken(Report report) {
    boolean isOverdue =
        report.progress() instanceof Report.Running && overdue.contains(report.lease());
    return isOverdue
        ? new Report(
            report.lease(),
            new Report.Failed(
                ErrorCode.DEADLINE_EXCEEDED,
                "expected the worker to come further within %s, found none of what it holds moved"
                    .formatted(DurationText.said(progress))))
        : report;
  }

  private List<Report> dueOf(List<Report> statement, Instant now) {
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
