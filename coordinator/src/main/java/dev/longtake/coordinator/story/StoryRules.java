package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.lease.Report.Failed;
import dev.longtake.lease.Report.Running;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.status.FilmFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What follows from what is asked of a story or told about it: events to journal, and an outcome to
 * tell. Pure; nothing is changed here.
 *
 * <p><b>Fencing.</b> A report counts only if its attempt is the current one and its sender holds
 * the lease; any other is {@link ReportOutcome#STALE}.
 *
 * <p><b>What a lost worker costs.</b> Slabs that went through the store are still there, so the
 * chunks of other workers keep their state and wait. Slabs between two chunks of one worker died
 * with it, so chunks tied together that way start again together, see {@link
 * ShotProgress#chunksToRestart}: from the newest step that all of them have kept, see {@link
 * CheckpointSteps}.
 *
 * <p><b>What a lost checkpoint costs.</b> What came before it has been dropped, so the whole shot
 * starts again. That is nobody's failure and counts for none.
 *
 * <p><b>What a lost coordinator costs.</b> The store dies with it: of a shot that is not fully
 * denoised every chunk that exchanged starts again.
 */
public final class StoryRules {

  /** How often a chunk or a segment may be given up before the story is. */
  public static final int FAILURES_MAX = 3;

  private StoryRules() {}

  /** Events that follow, and what to answer. */
  public record Decision<O>(List<StoryEvent> events, O outcome) {
    public Decision {
      events = List.copyOf(events);
      requireNonNull(outcome, "outcome");
    }
  }

  /** What became of a report. */
  public enum ReportOutcome {
    ACCEPTED,
    /** The attempt was superseded or the story has ended; nothing was changed. */
    STALE
  }

  /** Pins model and engine class, once. */
  public static List<StoryEvent> plan(
      StoryProgress story, ModelCard model, String engineClass, List<KnownShot> known) {
    return story.isOpen() && story.plan().isEmpty()
        ? List.of(new StoryPlanned(model, engineClass, known))
        : List.of();
  }

  /**
   * Leases work of one shot. Chunks go as a gang: all that wait, or none.
   *
   * @return whether it was leased; if not, the asker's view of the story is out of date
   */
  public static Decision<Boolean> lease(
      StoryProgress story, int shotIndex, Kind kind, List<Grant> grants) {
    if (!story.isOpen() || shotIndex >= story.shots().size() || grants.isEmpty()) {
      return new Decision<>(List.of(), false);
    }
    var leasable = new HashSet<Integer>(story.shots().get(shotIndex).leasable(kind));
    for (Grant grant : grants) {
      if (!leasable.remove(grant.index())) {
        return new Decision<>(List.of(), false);
      }
    }
    if (kind == Kind.CHUNK && !leasable.isEmpty()) {
      return new Decision<>(List.of(), false);
    }
    return new Decision<>(List.of(new WorkLeased(shotIndex, kind, grants)), true);
  }

  /** Whether this worker holds exactly this lease. */
  public static boolean isCurrent(StoryProgress story, WorkerKey worker, LeaseToken token) {
    return work(story, token)
        .filter(work -> work.isHeldBy(worker) && work.attempt() == token.attempt())
        .isPresent();
  }

  private static Optional<WorkState> work(StoryProgress story, LeaseToken token) {
    if (!story.isOpen() || token.shotIndex() >= story.shots().size()) {
      return Optional.empty();
    }
    List<WorkState> works = story.shots().get(token.shotIndex()).works(token.kind());
    return token.index() < works.size() ? Optional.of(works.get(token.index())) : Optional.empty();
  }

  /** Takes what a worker says about a lease. Repeating it gets the same outcome. */
  public static Decision<ReportOutcome> report(
      StoryProgress story,
      WorkerKey worker,
      Report report,
      CheckpointSteps checkpoints,
      Instant now) {
    LeaseToken token = report.lease();
    Optional<WorkState> work = work(story, token);
    if (work.isPresent()
        && work.get() instanceof Done(int attempt, int failures, Digest artifact)
        && attempt == token.attempt()
        && report.progress() instanceof Report.Done done
        && done.artifact().equals(artifact)) {
      return new Decision<>(List.of(), ReportOutcome.ACCEPTED);
    }
    if (!isCurrent(story, worker, token)) {
      return new Decision<>(List.of(), ReportOutcome.STALE);
    }
    if (asksForFreshStart(story, worker, report)) {
      List<Integer> all =
          ShotProgress.indexes(story.shots().get(token.shotIndex()).chunks(), state -> true);
      return new Decision<>(
          List.of(new WorkReleased(token.shotIndex(), Kind.CHUNK, all, Optional.empty())),
          ReportOutcome.ACCEPTED);
    }
    Leased lease = (Leased) work.orElseThrow();
    List<StoryEvent> events =
        switch (report.progress()) {
          case Running running -> List.of();
          case Report.Done done -> done(lease, token, done, now);
          case Failed failed -> failed(story, worker, lease, token, failed, checkpoints, now);
        };
    return new Decision<>(events, ReportOutcome.ACCEPTED);
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
        && isCurrent(story, worker, report.lease())
        && work(story, report.lease()).orElseThrow() instanceof Leased lease
        && lease.resumeStep() > 0;
  }

  private static List<StoryEvent> done(
      Leased lease, LeaseToken token, Report.Done report, Instant now) {
    if (lease.earlier().filter(earlier -> !earlier.equals(report.artifact())).isPresent()) {
      return List.of(
          new StoryFailed(
              ErrorCode.DETERMINISM_VIOLATED,
              "%s: expected %s as before, found %s"
                  .formatted(name(token), lease.earlier().orElseThrow(), report.artifact()),
              now));
    }
    return List.of(
        new WorkDone(
            token.shotIndex(), token.kind(), token.index(), token.attempt(), report.artifact()));
  }

  private static List<StoryEvent> failed(
      StoryProgress story,
      WorkerKey worker,
      Leased lease,
      LeaseToken token,
      Failed report,
      CheckpointSteps checkpoints,
      Instant now) {
    var events = new ArrayList<StoryEvent>();
    events.add(
        new WorkFailed(
            token.shotIndex(),
            token.kind(),
            token.index(),
            token.attempt(),
            report.code(),
            report.message()));
    if (!report.code().kind().isRetryable() || lease.failures() + 1 >= FAILURES_MAX) {
      String shotId = story.shots().get(token.shotIndex()).plan().shot().id();
      events.add(
          new StoryFailed(
              report.code(),
              "shot %s, %s, on worker %s: %s"
                  .formatted(shotId, name(token), worker.workerId(), report.message()),
              now));
      return events;
    }
    ShotProgress shot = story.shots().get(token.shotIndex());
    switch (token.kind()) {
      case CHUNK ->
          addChunks(events, shot, shot.chunksToRestart(worker), Optional.of(worker), checkpoints);
      case SEGMENT ->
          events.add(
              new WorkReleased(
                  token.shotIndex(), Kind.SEGMENT, List.of(token.index()), Optional.of(worker)));
    }
    return events;
  }

  private static String name(LeaseToken token) {
    return switch (token.kind()) {
      case CHUNK -> "chunk " + token.index();
      case SEGMENT -> "segment " + token.index();
    };
  }

  /** Takes everything unfinished from a worker that is lost. */
  public static List<StoryEvent> release(
      StoryProgress story, WorkerKey worker, CheckpointSteps checkpoints) {
    List<StoryEvent> events = new ArrayList<>();
    for (int i = 0; story.isOpen() && i < story.shots().size(); i++) {
      ShotProgress shot = story.shots().get(i);
      addChunks(events, shot, shot.chunksToRestart(worker), Optional.empty(), checkpoints);
      addRelease(
          events,
          i,
          Kind.SEGMENT,
          ShotProgress.indexes(shot.segments(), work -> work.isHeldBy(worker)));
    }
    return events;
  }

  /** Takes chunks back; they go on from what was kept of them. */
  private static void addChunks(
      List<StoryEvent> events,
      ShotProgress shot,
      List<Integer> indexes,
      Optional<WorkerKey> avoid,
      CheckpointSteps checkpoints) {
    if (indexes.isEmpty()) {
      return;
    }
    int shotIndex = shot.plan().shotIndex();
    events.add(new WorkReleased(shotIndex, Kind.CHUNK, indexes, avoid));
    List<ResumePoint> points = checkpoints.resumePoints(shot, indexes);
    if (!points.isEmpty()) {
      events.add(new ChunksToResume(shotIndex, points));
    }
  }

  /**
   * Takes everything unfinished from everybody, because slabs, checkpoints and workers' links are
   * gone.
   */
  public static List<StoryEvent> resume(StoryProgress story) {
    List<StoryEvent> events = new ArrayList<>();
    for (int i = 0; story.isOpen() && i < story.shots().size(); i++) {
      ShotProgress shot = story.shots().get(i);
      if (shot.latents().isEmpty() && !shot.isToBeJoined()) {
        boolean alone = shot.plan().inputs().exchangeOff();
        addRelease(
            events,
            i,
            Kind.CHUNK,
            ShotProgress.indexes(
                shot.chunks(),
                work ->
                    switch (work) {
                      case Waiting waiting -> waiting.resumeStep() > 0;
                      case Leased leased -> true;
                      case Done done -> !alone;
                    }));
      }
      addRelease(
          events, i, Kind.SEGMENT, ShotProgress.indexes(shot.segments(), Leased.class::isInstance));
    }
    return events;
  }

  private static void addRelease(
      List<StoryEvent> events, int shotIndex, Kind kind, List<Integer> indexes) {
    if (!indexes.isEmpty()) {
      events.add(new WorkReleased(shotIndex, kind, indexes, Optional.empty()));
    }
  }

  /** Takes the joined latents of a shot. */
  public static List<StoryEvent> joined(StoryProgress story, int shotIndex, Digest latents) {
    return story.isOpen() && story.shots().get(shotIndex).isToBeJoined()
        ? List.of(new ShotJoined(shotIndex, latents))
        : List.of();
  }

  /** Takes the finished film. */
  public static List<StoryEvent> assembled(StoryProgress story, List<FilmFile> files, Instant now) {
    return story.isToBeAssembled() ? List.of(new FilmAssembled(files, now)) : List.of();
  }

  /** Gives the story up. */
  public static List<StoryEvent> fail(
      StoryProgress story, ErrorCode code, String message, Instant now) {
    return story.isOpen() ? List.of(new StoryFailed(code, message, now)) : List.of();
  }

  /**
   * Cancels the story; repeating it is safe.
   *
   * @return whether it is cancelled now; it is not if it has ended otherwise
   */
  public static Decision<Boolean> cancel(StoryProgress story, Instant now) {
    return switch (story.ending()) {
      case StoryProgress.Ending.Open open -> new Decision<>(List.of(new StoryCancelled(now)), true);
      case StoryProgress.Ending.Cancelled cancelled -> new Decision<>(List.of(), true);
      case StoryProgress.Ending.Succeeded succeeded -> new Decision<>(List.of(), false);
      case StoryProgress.Ending.Failed failed -> new Decision<>(List.of(), false);
    };
  }
}
