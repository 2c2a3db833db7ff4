package dev.longtake.coordinator.workers;

import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.WorkerMark;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Tells dispatch which workers are connected here, and whether they take anything new: one that is
 * drained is said to drain; one that is quarantined goes and comes as such, so that what it holds
 * is given to others. One owner.
 */
final class Presence {

  private record Present(Seat seat, WorkerLink link, Optional<WorkerMark.Kind> mark) {

    private boolean isQuarantined() {
      return mark.filter(WorkerMark.Kind.QUARANTINED::equals).isPresent();
    }
  }

  private final ActorRef<LinkCommand> dispatch;
  private final WorkerMarks marks;
  private final Map<WorkerKey, Present> present = new HashMap<>();

  Presence(ActorRef<LinkCommand> dispatch, WorkerMarks marks) {
    this.dispatch = dispatch;
    this.marks = marks;
  }

  /** A worker is there, is there again, or has changed. */
  void here(Seat seat, WorkerLink link, Instant now) {
    var worker = new Present(seat, link, mark(seat.key(), now));
    Present before = present.put(seat.key(), worker);
    tell(worker, now);
    boolean isBoundAnew =
        before != null && !before.seat().scope().equals(seat.scope()); // Another certificate.
    if (isBoundAnew || (before == null && worker.isQuarantined())) {
      goAndCome(worker, now); // It may hold something from before.
    }
  }

  private Optional<WorkerMark.Kind> mark(WorkerKey worker, Instant now) {
    return marks.of(worker.workerId(), now).map(WorkerMark::kind);
  }

  private void tell(Present worker, Instant now) {
    dispatch.tell(
        new LinkCommand.WorkerPresent(marks.shown(worker.seat(), now), worker.link()::order));
  }

  /**
   * A worker is not there any more.
   *
   * @param died whether it has not given back what it held
   */
  void gone(WorkerKey worker, boolean died) {
    present.remove(worker);
    dispatch.tell(new LinkCommand.WorkerAbsent(worker, died));
  }

  /** What is held against workers has changed, or time has passed. */
  void look(Instant now) {
    for (Present worker : List.copyOf(present.values())) {
      Optional<WorkerMark.Kind> mark = mark(worker.seat().key(), now);
      if (!mark.equals(worker.mark())) {
        var changed = new Present(worker.seat(), worker.link(), mark);
        present.put(worker.seat().key(), changed);
        if (changed.isQuarantined()) {
          goAndCome(changed, now);
        } else {
          tell(changed, now);
        }
      }
    }
  }

  private void goAndCome(Present worker, Instant now) {
    dispatch.tell(new LinkCommand.WorkerAbsent(worker.seat().key(), false));
    tell(worker, now);
  }
}
