package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryRules.Decision;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.lease.Report.Failed;
import dev.longtake.lease.Report.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows from what a worker says about a lease. Pure, as {@link StoryRules}.
 *
 * <p><b>Fencing.</b> A report counts only if its attempt is the current one and its sender holds
 * the lease; any other is {@link ReportOutcome#STALE}.
 *
 * <p><b>What a lost checkpoint costs.</b> What came before it has been dropped, so the whole shot
 * starts again. That is nobody's failure and counts for none.
 */
public final class ReportRules {

  private ReportRules() {}

  /** What became of a report. */
  public enum ReportOutcome {
    ACCEPTED,
    /** The attempt was superseded or the story has ended; nothing was changed. */
    STALE
  }

  /** A lease that is held, and by whom. */
  private record Held(StoryProgress story, WorkerKey worker, LeaseToken token, Leased lease) {

    private ShotProgress shot() {
      return story.shots().get(token.shotIndex());
    }
  }

  /** Takes what a worker says about a lease. Repeating it gets the same outcome. */
  public static Decision<ReportOutcome> report(
      StoryProgress story,
      WorkerKey worker,
      Report report,
      CheckpointSteps checkpoints,
      Instant now) {
    if (isRepeated(story, report)) {
      return new Decision<>(List.of(), ReportOutcome.ACCEPTED);
    }
    Optional<Held> current = held(story, worker, report.lease());
    if (current.isEmpty()) {
      return new Decision<>(List.of(), ReportOutcome.STALE);
    }
    if (asksForFreshStart(story, worker, report)) {
      return new Decision<>(begunAnew(story, report.lease().shotIndex()), ReportOutcome.ACCEPTED);
    }
    List<StoryEvent> events =
        switch (report.progress()) {
          case Running running -> List.of();
          case Report.Done done -> done(current.get(), done, now);
          case Failed failed -> failed(current.get(), failed, checkpoints, now);
        };
    return new Decision<>(events, ReportOutcome.ACCEPTED);
  }

  /** Whether the work is done already, by that very attempt and with that very result. */
  private static boolean isRepeated(StoryProgress story, Report report) {
    return work(story, report.lease()).orElse(null)
            instanceof Done(int attempt, int failures, Digest artifact)
        && attempt == report.lease().attempt()
        && report.progress() instanceof Report.Done done
        && done.artifact().equals(artifact);
  }

  private static Optional<Held> held(StoryProgress story, WorkerKey worker, LeaseToken token) {
    return work(story, token)
        .filter(work -> work.isHeldBy(worker) && work.attempt() == token.attempt())
        .map(work -> new Held(story, worker, token, (Leased) work));
  }

  private static Optional<WorkState> work(StoryProgress story, LeaseToken token) {
    if (!story.isOpen() || token.shotIndex() >= story.shots().size()) {
      return Optional.empty();
    }
    List<WorkState> works = story.shots().get(token.shotIndex()).works(token.kind());
    return token.index() < works.size() ? Optional.of(works.get(token.index())) : Optional.empty();
  }

  /**
   * Whether the holder of a lease says that it cannot go on from the checkpoint it was told to go
   * on from. Everything that the store holds of the shot has to be dropped before the report is
   * taken: a damaged checkpoint must not be there when the shot comes to it again.
   */
  public static boolean asksForFreshStart(StoryProgress story, WorkerKey worker, Report report) {
    return report.progress() instanceof Failed failed
        && failed.code() == ErrorCode.CHECKPOINT_UNUSABLE
        && report.lease().kind() == Kind.CHUNK
        && held(story, worker, report.lease())
            .filter(held -> held.lease().resumeStep() > 0)
            .isPresent();
  }

  /**
   * What follows once the store is rid of all that it held of a shot. Whatever has become meanwhile
   * of the lease whose holder asked for it: others would wait for ever for slabs that are gone.
   */
  public static List<StoryEvent> begunAnew(StoryProgress story, int shotIndex) {
    ShotProgress shot = story.shots().get(shotIndex);
    if (!story.isOpen() || shot.chunks().stream().allMatch(Done.class::isInstance)) {
      return List.of();
    }
    List<Integer> all = ShotProgress.indexes(shot.chunks(), state -> true);
    return List.of(new WorkReleased(shotIndex, Kind.CHUNK, all, Optional.empty()));
  }

  private static List<StoryEvent> done(Held held, Report.Done report, Instant now) {
    LeaseToken token = held.token();
    Optional<Digest> earlier = held.lease().earlier();
    if (earlier.isPresent() && !earlier.get().equals(report.artifact())) {
      return List.of(
          new StoryFailed(
              ErrorCode.DETERMINISM_VIOLATED,
              "%s: expected %s as before, found %s"
                  .formatted(name(token), earlier.get(), report.artifact()),
              now));
    }
    return List.of(
        new WorkDone(
            token.shotIndex(), token.kind(), token.index(), token.attempt(), report.artifact()));
  }

  private static List<StoryEvent> failed(
      Held held, Failed report, CheckpointSteps checkpoints, Instant now) {
    LeaseToken token = held.token();
    List<StoryEvent> events = new ArrayList<>();
    events.add(
        new WorkFailed(
            token.shotIndex(),
            token.kind(),
            token.index(),
            token.attempt(),
            report.code(),
            report.message()));
    if (FailurePolicy.of(report.code()) == FailurePolicy.Treatment.FAIL
        || held.lease().failures() + 1 >= FailurePolicy.FAILURES_MAX) {
      events.add(givenUp(held, report, now));
    } else {
      addReleases(events, held, checkpoints);
    }
    return events;
  }

  private static StoryEvent givenUp(Held held, Failed report, Instant now) {
    return new StoryFailed(
        report.code(),
        "shot %s, %s, on worker %s: %s"
            .formatted(
                held.shot().plan().shot().id(),
                name(held.token()),
                held.worker().workerId(),
                report.message()),
        now);
  }

  /** What the worker gave up goes back to waiting, and to another worker if there is one. */
  private static void addReleases(List<StoryEvent> events, Held held, CheckpointSteps checkpoints) {
    Optional<WorkerKey> avoid = Optional.of(held.worker());
    ShotProgress shot = held.shot();
    switch (held.token().kind()) {
      case CHUNK ->
          StoryRules.addChunks(
              events, shot, shot.chunksToRestart(held.worker()), avoid, checkpoints);
      case SEGMENT ->
          events.add(
              new WorkReleased(
                  held.token().shotIndex(), Kind.SEGMENT, List.of(held.token().index()), avoid));
    }
  }

  private static String name(LeaseToken token) {
    return switch (token.kind()) {
      case CHUNK -> "chunk " + token.index();
      case SEGMENT -> "segment " + token.index();
    };
  }
}
