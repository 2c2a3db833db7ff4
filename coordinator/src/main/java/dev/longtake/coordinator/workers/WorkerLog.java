package dev.longtake.coordinator.workers;

import dev.longtake.backoff.Seldom;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.workers.WorkerRoster.Cause;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerMark;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;

/**
 * A line for every worker that comes, goes, is silent, is replaced or is refused; what is repeated,
 * ever more rarely. Not safe for several threads.
 */
final class WorkerLog {

  private final Logger log;
  private final WorkerRoster.Patience patience;
  private final Seldom seldom = new Seldom();

  WorkerLog(Logger log, WorkerRoster.Patience patience) {
    this.log = log;
    this.patience = patience;
  }

  void present(Seat seat, WorkerLink link, boolean isNew) {
    if (isNew) {
      came(seat, link);
    } else if (seat.draining()) {
      log.info("worker={} drains: it gets nothing new", seat.key());
    }
  }

  private void came(Seat seat, WorkerLink link) {
    log.info(
        "worker={} from={} engineClass={} model={} came",
        seat.key(),
        link.peer(),
        seat.engineClass(),
        seat.model().identity().name());
  }

  void isQuarantined(WorkerMark mark) {
    log.warn(
        "worker={} quarantined until {}: {}",
        mark.workerId(),
        mark.until().map(Object::toString).orElse("it is released"),
        mark.reason());
  }

  /** A worker says that it has failed, or is taken to have; what it says itself it logs itself. */
  void failed(WorkerKey worker, LeaseToken lease, Report.Failed failed, Instant now) {
    if (failed.code() == ErrorCode.DEADLINE_EXCEEDED) {
      seldom
          .ask("still " + worker, now)
          .ifPresent(
              unsaid -> log.warn("worker={} lease={} {}{}", worker, lease, failed, times(unsaid)));
    }
  }

  void went(WorkerKey worker, Cause cause, Duration silence) {
    String said = DurationText.said(silence);
    switch (cause) {
      case LEFT -> log.info("worker={} left", worker);
      case STREAM_BROKE ->
          log.warn(
              "worker={} lost: its connection broke, and it did not come back within {}",
              worker,
              DurationText.said(patience.grace()));
      case SILENT -> log.warn("worker={} lost: silent for {}", worker, said);
      case REPLACED ->
          log.warn(
              "worker={} replaced by another process of its id; last heard {} ago", worker, said);
    }
  }

  void isSilent(WorkerKey worker, Duration silence) {
    log.warn(
        "worker={} silent for {}; lost after {}",
        worker,
        DurationText.said(silence),
        DurationText.said(patience.timeout()));
  }

  void heardAgain(WorkerKey worker, Duration silence) {
    log.info("worker={} heard again after {}", worker, DurationText.said(silence));
  }

  /** A process was sent away because another one has its place. */
  void sentAway(WorkerKey worker, WorkerLink link, Instant now) {
    seldom
        .ask("sent away " + worker, now)
        .ifPresent(
            unsaid ->
                log.warn(
                    "worker={} from={} sent away: a newer process has its place{}",
                    worker,
                    link.peer(),
                    times(unsaid)));
  }

  /** A process was not let in. */
  void refused(WorkerKey worker, WorkerLink link, String why, Instant now) {
    seldom
        .ask("refused " + worker.workerId(), now)
        .ifPresent(
            unsaid ->
                log.warn(
                    "worker={} from={} refused: {}{}", worker, link.peer(), why, times(unsaid)));
  }

  private static String times(int unsaid) {
    return unsaid == 0 ? "" : " (and %d times before that, unsaid)".formatted(unsaid);
  }
}
