package dev.longtake.coordinator.workers;

import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.coordinator.workers.WorkerRoster.Change;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Follows the workers' streams: tells dispatch who is there, and stories what workers say. */
public final class WorkersActor {

  /** What this actor can be told. */
  public sealed interface Command {}

  /** A worker said what it is and holds. */
  public record Heard(WorkerLink link, WorkerStatement statement) implements Command {}

  /** A worker's stream broke. */
  public record Lost(WorkerLink link) implements Command {}

  /** A worker ended its stream: it goes, and what it held is to be leased to others at once. */
  public record Left(WorkerLink link) implements Command {}

  /** The coordinator is about to stop: ends every stream. */
  public record Dismiss(ActorRef<Integer> replyTo) implements Command {}

  /** Somebody has changed what is held against workers: look at it now. */
  public record MarksChanged() implements Command {}

  private record Tick() implements Command {}

  private record ReadMarks() implements Command {}

  /** What is stored; empty if the database did not answer. */
  private record MarksRead(long edition, Optional<List<WorkerMark>> marks) implements Command {}

  private record MarkWritten(boolean isDone) implements Command {}

  /** How late a coordinator hears what another one was told. */
  private static final Duration MARKS_INTERVAL = Duration.ofSeconds(2);

  /**
   * How long workers are waited for.
   *
   * @param grace after which a worker whose stream broke is lost
   * @param timeout of silence after which a worker is lost
   * @param heartbeat how often a worker is asked to repeat itself
   * @param progress after so long without movement a worker has failed with what it holds
   * @param checkInterval how often grace and timeout are looked at
   */
  public record Times(
      Duration grace,
      Duration timeout,
      Duration heartbeat,
      Duration progress,
      Duration checkInterval) {

    /** A worker that has missed two heartbeats does not answer. */
    private WorkerRoster.Patience patience() {
      return new WorkerRoster.Patience(grace, timeout, heartbeat.multipliedBy(2));
    }
  }

  /**
   * What this actor works with.
   *
   * @param markStore what is held against workers
   */
  public record Surroundings(
      ActorRef<LinkCommand> dispatch,
      Stories stories,
      Times times,
      int workersMax,
      MarkStore markStore,
      InstantSource clock,
      WorkersMeter meter) {}

  private final Surroundings surroundings;
  private final WorkerLog workerLog;
  private final WorkerRoster<WorkerLink> roster;
  private final Map<WorkerKey, ToldReports> told = new HashMap<>();
  private final ActorContext<Command> context;
  private final WorkerMarks marks = new WorkerMarks(Conduct.Budget.DEFAULT);
  private final Presence presence;

  /** Grows with each mark that is made here, so that what was read before is not taken after. */
  private long edition;

  private int writes;
  private boolean isReading;
  private boolean isDismissed;

  /** The actor. */
  public static Behavior<Command> create(Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Tick(), surroundings.times().checkInterval());
                  timers.startTimerWithFixedDelay(new ReadMarks(), Duration.ZERO, MARKS_INTERVAL);
                  return new WorkersActor(context, surroundings).behavior();
                }));
  }

  private WorkersActor(ActorContext<Command> context, Surroundings surroundings) {
    this.context = context;
    this.surroundings = surroundings;
    this.presence = new Presence(surroundings.dispatch(), marks);
    this.workerLog = new WorkerLog(context.getLog(), surroundings.times().patience());
    this.roster = new WorkerRoster<>(surroundings.times().patience(), surroundings.workersMax());
  }

  private Behavior<Command> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          switch (command) {
            case Heard(WorkerLink link, WorkerStatement statement) -> onHeard(link, statement);
            case Lost(WorkerLink link) -> roster.lose(link, now());
            case Left(WorkerLink link) -> carryOut(roster.leave(link, now()));
            case Dismiss(var replyTo) -> replyTo.tell(dismiss());
            case Tick tick -> {
              carryOut(roster.tick(now()));
              presence.look(now());
            }
            case ReadMarks read -> readMarks();
            case MarksChanged changed -> {
              edition++;
              readMarks();
            }
            case MarksRead(long then, var stored) -> onMarks(then, stored);
            case MarkWritten(boolean isDone) -> onWritten(isDone);
          }
          return Behaviors.same();
        });
  }

  private Instant now() {
    return surroundings.clock().instant();
  }

  private void readMarks() {
    if (isReading) {
      return; // The next one is not far.
    }
    isReading = true;
    long then = edition;
    context.pipeToSelf(
        CompletableFuture.supplyAsync(surroundings.markStore()::all, Thread::startVirtualThread),
        (stored, failure) -> new MarksRead(then, Optional.ofNullable(stored)));
  }

  private void onMarks(long then, Optional<List<WorkerMark>> stored) {
    isReading = false;
    if (then != edition) {
      readMarks();
      return;
    }
    if (writes == 0 && stored.isPresent()) {
      marks.take(stored.get());
      presence.look(now());
      surroundings.meter().quarantined(marks.quarantined(now()));
    }
  }

  private void onFailed(WorkerKey worker, LeaseToken lease, Report.Failed failed) {
    workerLog.failed(worker, lease, failed, now());
    Optional<WorkerMark> mark = marks.failed(worker.workerId(), lease, failed, now());
    if (mark.isEmpty()) {
      return;
    }
    workerLog.isQuarantined(mark.get());
    presence.look(now());
    edition++;
    writes++;
    context.pipeToSelf(
        CompletableFuture.runAsync(
            () -> surroundings.markStore().put(mark.get()), Thread::startVirtualThread),
        (done, failure) -> new MarkWritten(failure == null));
  }

  private void onWritten(boolean isDone) {
    writes--;
    if (!isDone) {
      context.getLog().warn("a quarantine could not be written down: it ends with the next look");
    }
  }

  private void onHeard(WorkerLink link, WorkerStatement statement) {
    if (isDismissed) {
      link.close(dismissal());
      return;
    }
    carryOut(roster.hear(link, link.scope(), statement, now()));
    var worker = new WorkerKey(statement.workerId(), statement.bootId());
    if (!roster.isCurrent(worker, link)) {
      return;
    }
    Times times = surroundings.times();
    ToldReports toStories =
        told.computeIfAbsent(
            worker,
            key -> new ToldReports(times.heartbeat().dividedBy(2), times.progress(), now()));
    for (Report report : toStories.due(statement.reports(), now())) {
      surroundings
          .stories()
          .tellOpen(report.lease().storyId(), new StoryCommand.Heard(worker, report));
      if (report.progress() instanceof Report.Failed failed) {
        onFailed(worker, report.lease(), failed);
      }
    }
  }

  private void carryOut(List<Change<WorkerLink>> changes) {
    for (Change<WorkerLink> change : changes) {
      switch (change) {
        case Change.Present<WorkerLink>(Seat seat, var link, boolean isNew) ->
            present(seat, link, isNew);
        case Change.Absent<WorkerLink>(WorkerKey worker, var cause, Duration after) -> {
          workerLog.went(worker, cause, after);
          told.remove(worker);
          presence.gone(worker, cause != WorkerRoster.Cause.LEFT);
        }
        case Change.Silent<WorkerLink>(WorkerKey worker, Duration after) ->
            workerLog.isSilent(worker, after);
        case Change.HeardAgain<WorkerLink>(WorkerKey worker, Duration after) ->
            workerLog.heardAgain(worker, after);
        case Change.Superseded<WorkerLink>(var link) -> link.supersede();
        case Change.SentAway<WorkerLink>(WorkerKey worker, var link) -> {
          workerLog.sentAway(worker, link, now());
          link.supersede();
        }
        case Change.Useless<WorkerLink>(var link) ->
            link.close(
                new LongtakeException(
                    ErrorCode.UNAVAILABLE, "this stream is silent or was replaced: connect again"));
        case Change.Refused<WorkerLink> refused -> refuse(refused);
      }
    }
    surroundings.meter().there(roster.size());
  }

  private int dismiss() {
    isDismissed = true;
    List<WorkerLink> links = roster.links();
    links.forEach(link -> link.close(dismissal()));
    return links.size();
  }

  private static LongtakeException dismissal() {
    return new LongtakeException(ErrorCode.UNAVAILABLE, "the coordinator was stopped");
  }

  private void present(Seat seat, WorkerLink link, boolean isNew) {
    workerLog.present(seat, link, isNew);
    presence.here(seat, link, now());
  }

  private void refuse(Change.Refused<WorkerLink> refused) {
    LongtakeException why =
        switch (refused.refusal()) {
          case TOO_MANY ->
              new LongtakeException(
                  ErrorCode.LIMIT_REACHED,
                  "expected at most %d workers, and they are there"
                      .formatted(surroundings.workersMax()));
          case ID_TAKEN ->
              new LongtakeException(
                  ErrorCode.ALREADY_EXISTS,
                  "worker id %s: expected one that no other process has, but the one from %s has it"
                          .formatted(
                              refused.worker().workerId(),
                              refused.present().map(WorkerLink::peer).orElse("elsewhere"))
                      + " and is at work");
        };
    workerLog.refused(refused.worker(), refused.link(), why.getMessage(), now());
    refused.link().close(why);
  }
}
