package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.StoryUnpinned;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Story;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Submission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Where a story stands: what its events, applied in order, come to. Immutable, and free of actors,
 * clocks and I/O; {@link StoryRules} says which events follow from what is asked of it.
 *
 * @param sequence the how-manieth story of this farm
 * @param plan once a model and an engine class are pinned
 * @param shots one per shot of the plan; empty until then
 * @param mark how far in the journal this is
 */
public record StoryProgress(
    String storyId,
    long sequence,
    Submission submission,
    Story story,
    Optional<StoryPlan> plan,
    List<ShotProgress> shots,
    Ending ending,
    JournalMark mark) {

  /** Whether and how it ended. */
  public sealed interface Ending {

    /** It goes on. */
    record Open() implements Ending {}

    /** The film is there. */
    record Succeeded(Instant at, List<FilmFile> files) implements Ending {
      public Succeeded {
        files = List.copyOf(files);
      }
    }

    /** It could not be rendered. */
    record Failed(Instant at, ErrorCode code, String message) implements Ending {}

    /** A person wanted it no more. */
    record Cancelled(Instant at) implements Ending {}
  }

  public StoryProgress {
    requireNonNull(storyId, "storyId");
    requireNonNull(submission, "submission");
    requireNonNull(story, "story");
    requireNonNull(plan, "plan");
    shots = List.copyOf(shots);
    requireNonNull(ending, "ending");
    requireNonNull(mark, "mark");
  }

  /** A story that was just submitted. */
  public static StoryProgress of(StorySubmitted event) {
    return new StoryProgress(
        event.storyId(),
        event.sequence(),
        event.submission(),
        event.story(),
        Optional.empty(),
        List.of(),
        new Ending.Open(),
        JournalMark.FIRST);
  }

  /**
   * The story after this event. What {@link StoryRules} does not allow is a broken journal.
   *
   * @throws IllegalStateException if the event does not fit
   */
  public StoryProgress apply(StoryEvent event) {
    return switch (event) {
      case StorySubmitted again -> throw new IllegalStateException("submitted twice: " + again);
      case StoryPlanned planned -> planned(planned);
      case WorkLeased(int shot, Kind kind, var grants) -> shot(shot, it -> it.grant(kind, grants));
      case WorkDone(int shot, Kind kind, int index, int attempt, var artifact) ->
          shot(shot, it -> it.change(kind, List.of(index), work -> work.finish(artifact)));
      case WorkFailed(int shot, Kind kind, int index, int attempt, var code, var message) ->
          shot(shot, it -> it.change(kind, List.of(index), WorkState::countFailure));
      case HolderLost(int shot, Kind kind, var indexes) ->
          shot(shot, it -> it.change(kind, indexes, WorkState::countLoss));
      case WorkReleased(int shot, Kind kind, var indexes, var avoid) ->
          shot(shot, it -> it.change(kind, indexes, work -> work.release(avoid)));
      case ChunksToResume(int shot, var points) -> shot(shot, it -> it.resumeFrom(points));
      case ShotJoined(int shot, var latents) -> shot(shot, it -> it.join(latents));
      case ClipCut(int shotIndex, var clip) -> shot(shotIndex, shot -> shot.cut(clip));
      case FilmAssembled(var files, Instant at) -> end(new Ending.Succeeded(at, files));
      case StoryUnpinned unpinned -> unpinned();
      case StoryFailed(var code, var message, Instant at) ->
          end(new Ending.Failed(at, code, message));
      case StoryRetried retried -> retried();
      case StoryCancelled(Instant at) -> end(new Ending.Cancelled(at));
      case StoryClaimed claim ->
          new StoryProgress(
              storyId, sequence, submission, story, plan, shots, ending, mark.claimed(claim));
    };
  }

  private StoryProgress planned(StoryPlanned event) {
    StoryPlan pinned = StoryPlan.of(storyId, story, event.model(), event.engineClass());
    List<ShotProgress> all = new ArrayList<>();
    for (ShotPlan shot : pinned.shots()) {
      all.add(ShotProgress.waiting(shot));
    }
    for (KnownShot known : event.known()) {
      all.set(
          known.shotIndex(),
          ShotProgress.known(pinned.shots().get(known.shotIndex()), known.result()));
    }
    return new StoryProgress(
        storyId, sequence, submission, story, Optional.of(pinned), all, ending, mark.next());
  }

  private StoryProgress shot(int shotIndex, UnaryOperator<ShotProgress> change) {
    List<ShotProgress> changed = new ArrayList<>(shots);
    changed.set(shotIndex, change.apply(shots.get(shotIndex)));
    return new StoryProgress(
        storyId, sequence, submission, story, plan, changed, ending, mark.next());
  }

  private StoryProgress end(Ending how) {
    return new StoryProgress(storyId, sequence, submission, story, plan, shots, how, mark.next());
  }

  private StoryProgress unpinned() {
    return new StoryProgress(
        storyId, sequence, submission, story, Optional.empty(), List.of(), ending, mark.next());
  }

  /** The team whose it is. */
  public String tenant() {
    return submission.owner().tenant();
  }

  /** Events of the journal that this state has taken in, from 1. */
  public long eventCount() {
    return mark.eventCount();
  }

  /** Whoever asks for it has seen to what was wrong: failures of before count no more. */
  private StoryProgress retried() {
    if (!(ending instanceof Ending.Failed)) {
      throw new IllegalStateException("retried without having failed: " + ending);
    }
    List<ShotProgress> forgiven = shots.stream().map(ShotProgress::forgiven).toList();
    return new StoryProgress(
        storyId, sequence, submission, story, plan, forgiven, new Ending.Open(), mark.next());
  }

  /** Whether there is something left to do. */
  public boolean isOpen() {
    return ending instanceof Ending.Open;
  }

  /** Whether all frames are there and the film is not. */
  public boolean isRendered() {
    return isOpen() && plan.isPresent() && shots.stream().allMatch(ShotProgress::isDone);
  }

  /** Whether all clips are there too, which are among the film's files. */
  public boolean isToBeAssembled() {
    return isRendered() && clips().size() == shots.size();
  }

  /** Clips of finished shots, in the story's order. */
  public List<FilmFile> clips() {
    return shots.stream().flatMap(shot -> shot.clip().stream()).toList();
  }

  /** Shots of which all frames are there and were not in an earlier state of this story. */
  public List<ShotProgress> shotsDoneSince(StoryProgress before) {
    return shots.stream()
        .filter(shot -> shot.isDone() && !before.hasDone(shot.plan().shotIndex()))
        .toList();
  }

  private boolean hasDone(int shotIndex) {
    return shotIndex < shots.size() && shots.get(shotIndex).isDone();
  }

  /** Workers that hold a lease of this story; none once it has ended. */
  public Set<WorkerKey> workers() {
    Set<WorkerKey> workers = new TreeSet<>();
    if (isOpen()) {
      shots.forEach(shot -> shot.chunks().forEach(work -> addHolder(workers, work)));
      shots.forEach(shot -> shot.segments().forEach(work -> addHolder(workers, work)));
    }
    return workers;
  }

  private static void addHolder(Set<WorkerKey> workers, WorkState work) {
    if (work instanceof Leased leased) {
      workers.add(leased.worker());
    }
  }
}
