package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StoryUnpinned;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.status.FilmFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What follows from what is asked of a story or happens to its workers: events to journal, and an
 * outcome to tell. Pure; nothing is changed here. What follows from a worker's report says {@link
 * ReportRules}.
 *
 * <p><b>What a lost worker costs.</b> Slabs that went through the store are still there, so the
 * chunks of other workers keep their state and wait. Slabs between two chunks of one worker died
 * with it, so chunks tied together that way start again together, see {@link
 * ShotProgress#chunksToRestart}: from the newest step that all of them have kept, see {@link
 * CheckpointSteps}.
 *
 * <p><b>What a lost coordinator costs.</b> Its slabs and its workers' links may be gone: of a shot
 * that is not fully denoised every chunk that exchanged goes back, all to the newest step that the
 * archive has of all of them.
 */
public final class StoryRules {

  private StoryRules() {}

  /** Events that follow, and what to answer. */
  public record Decision<O>(List<StoryEvent> events, O outcome) {
    public Decision {
      events = List.copyOf(events);
      requireNonNull(outcome, "outcome");
    }
  }

  /** Pins model and engine class, once. */
  public static List<StoryEvent> plan(
      StoryProgress story, ModelCard model, String engineClass, List<KnownShot> known) {
    return story.isOpen() && story.plan().isEmpty()
        ? List.of(new StoryPlanned(model, engineClass, known))
        : List.of();
  }

  /**
   * Takes the pin away that no worker is left for, so that another engine class may render the
   * story: all of it, because a film is of one class. Not where anything was begun: a new plan
   * counts attempts from the start, and reports of old ones must never be taken for its own.
   */
  public static List<StoryEvent> unpin(StoryProgress story, String engineClass, Instant now) {
    boolean isPinned =
        story.isOpen()
            && story.plan().filter(plan -> plan.engineClass().equals(engineClass)).isPresent();
    return isPinned && story.shots().stream().allMatch(ShotProgress::isUntouched)
        ? List.of(new StoryUnpinned(engineClass, now))
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

  /** Takes everything unfinished from a worker that gives it back, or is to have it no longer. */
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
  static void addChunks(
      List<StoryEvent> events,
      ShotProgress shot,
      List<Integer> indexes,
      Optional<WorkerKey> avoid,
      CheckpointSteps checkpoints) {
    if (indexes.isEmpty()) {
      return;
    }
    events.add(new WorkReleased(shot.plan().shotIndex(), Kind.CHUNK, indexes, avoid));
    addPoints(events, shot, checkpoints.resumePoints(shot, indexes));
  }

  private static void addPoints(
      List<StoryEvent> events, ShotProgress shot, List<ResumePoint> points) {
    if (!points.isEmpty()) {
      events.add(new ChunksToResume(shot.plan().shotIndex(), points));
    }
  }

  /**
   * Takes everything unfinished from everybody, because slabs and workers' links are gone.
   *
   * @param checkpoints what the archive holds
   */
  public static List<StoryEvent> resume(StoryProgress story, CheckpointSteps checkpoints) {
    List<StoryEvent> events = new ArrayList<>();
    for (int i = 0; story.isOpen() && i < story.shots().size(); i++) {
      ShotProgress shot = story.shots().get(i);
      if (shot.latents().isEmpty() && !shot.isToBeJoined()) {
        resumeChunks(events, shot, checkpoints);
      }
      addRelease(
          events, i, Kind.SEGMENT, ShotProgress.indexes(shot.segments(), Leased.class::isInstance));
    }
    return events;
  }

  private static void resumeChunks(
      List<StoryEvent> events, ShotProgress shot, CheckpointSteps checkpoints) {
    boolean alone = shot.plan().inputs().exchangeOff();
    List<Integer> taken =
        ShotProgress.indexes(
            shot.chunks(),
            work ->
                switch (work) {
                  case Waiting waiting -> waiting.attempt() > 0;
                  case Leased leased -> true;
                  case Done done -> !alone;
                });
    List<ResumePoint> points = checkpoints.archivedPoints(shot, taken);
    boolean isSo =
        taken.stream().allMatch(index -> shot.chunks().get(index) instanceof Waiting)
            && points.equals(waitingPoints(shot, taken));
    if (!isSo) {
      addRelease(events, shot.plan().shotIndex(), Kind.CHUNK, taken);
      addPoints(events, shot, points);
    }
  }

  private static List<ResumePoint> waitingPoints(ShotProgress shot, List<Integer> waiting) {
    return waiting.stream()
        .map(index -> new ResumePoint(index, ((Waiting) shot.chunks().get(index)).resumeStep()))
        .filter(point -> point.step() > 0)
        .toList();
  }

  /** Whether there are chunks of which checkpoints may be kept, so that it matters what is. */
  public static boolean mayResume(StoryProgress story) {
    return story.isOpen()
        && story.shots().stream()
            .anyMatch(shot -> shot.state() == ShotProgress.State.DENOISING && !shot.isToBeJoined());
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

  /** Takes the clip of a finished shot. */
  public static List<StoryEvent> cut(StoryProgress story, int shotIndex, FilmFile clip) {
    return story.isOpen() && story.shots().get(shotIndex).isToBeCut()
        ? List.of(new ClipCut(shotIndex, clip))
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
   * Has a story that failed go on: what is done stays, what was being done is done again, and where
   * every shot is done only the film is left to make. Slabs and checkpoints went with the failure.
   * Of a story that goes on it changes nothing.
   *
   * @return whether the story goes on; it does not if it has ended otherwise
   */
  public static Decision<Boolean> retry(StoryProgress story, Instant now) {
    return switch (story.ending()) {
      case StoryProgress.Ending.Open open -> new Decision<>(List.of(), true);
      case StoryProgress.Ending.Failed failed -> {
        List<StoryEvent> events = new ArrayList<>(List.of(new StoryRetried(now)));
        events.addAll(resume(story.apply(events.getFirst()), new CheckpointSteps()));
        yield new Decision<>(events, true);
      }
      case StoryProgress.Ending.Succeeded succeeded -> new Decision<>(List.of(), false);
      case StoryProgress.Ending.Cancelled cancelled -> new Decision<>(List.of(), false);
    };
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
