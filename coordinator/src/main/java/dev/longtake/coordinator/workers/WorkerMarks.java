package dev.longtake.coordinator.workers;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerMark;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is held against workers as this coordinator knows it, and what follows for those that are
 * connected here. Pure, but changed in place: one owner.
 */
final class WorkerMarks {

  private final Conduct conduct;
  private final Map<String, WorkerMark> marks = new HashMap<>();

  WorkerMarks(Conduct.Budget budget) {
    conduct = new Conduct(budget);
  }

  /** Takes what is stored, in place of all that was known. */
  void take(Collection<WorkerMark> stored) {
    Map<String, WorkerMark> before = Map.copyOf(marks);
    marks.clear();
    stored.forEach(mark -> marks.put(mark.workerId(), mark));
    before.keySet().stream().filter(id -> !marks.containsKey(id)).forEach(conduct::forgive);
  }

  /** A worker says that it has failed: what is held against it from now on, if that is new. */
  Optional<WorkerMark> failed(
      String workerId, LeaseToken lease, Report.Failed failed, Instant now) {
    Optional<WorkerMark> mark =
        conduct.failed(workerId, lease, failed, Optional.ofNullable(marks.get(workerId)), now);
    mark.ifPresent(it -> marks.put(workerId, it));
    return mark;
  }

  /** What holds now against a worker. */
  Optional<WorkerMark> of(String workerId, Instant now) {
    return Optional.ofNullable(marks.get(workerId)).filter(mark -> mark.holds(now));
  }

  /** Workers that are quarantined now. */
  int quarantined(Instant now) {
    return (int)
        marks.values().stream()
            .filter(mark -> mark.kind() == WorkerMark.Kind.QUARANTINED && mark.holds(now))
            .count();
  }

  /** The worker as dispatch is to see it. */
  Seat shown(Seat seat, Instant now) {
    return of(seat.key().workerId(), now).isEmpty()
        ? seat
        : new Seat(
            seat.key(), seat.engineClass(), seat.model(), true, seat.connection(), seat.scope());
  }
}
