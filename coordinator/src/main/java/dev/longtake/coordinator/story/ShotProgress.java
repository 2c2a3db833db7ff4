package dev.longtake.coordinator.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.ShotPlan;
import dev.longtake.story.status.FilmFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where one shot stands. Immutable.
 *
 * @param chunks one per chunk of the plan
 * @param remote per boundary, whether its slabs went through the store; those of other boundaries
 *     never left the worker that holds both sides
 * @param latents artifact of the joined latents; from then on chunks do not matter any more
 * @param segments one per segment of the plan
 * @param reused whether an earlier rendering of the same inputs was taken
 * @param clip the shot alone, to be watched
 */
public record ShotProgress(
    ShotPlan plan,
    List<WorkState> chunks,
    List<Boolean> remote,
    Optional<Digest> latents,
    List<WorkState> segments,
    boolean reused,
    Optional<FilmFile> clip) {

  /** Where a shot can stand. */
  public enum State {
    WAITING,
    DENOISING,
    DECODING,
    DONE
  }

  public ShotProgress {
    requireNonNull(plan, "plan");
    chunks = List.copyOf(chunks);
    remote = List.copyOf(remote);
    requireNonNull(latents, "latents");
    segments = List.copyOf(segments);
    requireNonNull(clip, "clip");
    require(
        chunks.size() == plan.chunks().chunks().size(),
        "expected %d chunks, found %d",
        plan.chunks().chunks().size(),
        chunks.size());
    require(
        remote.size() == chunks.size() - 1,
        "expected %d boundaries, found %d",
        chunks.size() - 1,
        remote.size());
    require(
        segments.size() == plan.segments().segments().size(),
        "expected %d segments, found %d",
        plan.segments().segments().size(),
        segments.size());
  }

  /** A shot of which nothing is rendered. */
  static ShotProgress waiting(ShotPlan plan) {
    int chunkCount = plan.chunks().chunks().size();
    return new ShotProgress(
        plan,
        Collections.nCopies(chunkCount, Waiting.NEW),
        Collections.nCopies(chunkCount - 1, false),
        Optional.empty(),
        Collections.nCopies(plan.segments().segments().size(), Waiting.NEW),
        false,
        Optional.empty());
  }

  /** A shot that was rendered before. */
  static ShotProgress known(ShotPlan plan, ShotResult result) {
    ShotProgress waiting = waiting(plan);
    return new ShotProgress(
        plan,
        waiting.chunks,
        waiting.remote,
        Optional.of(result.latents()),
        result.segments().stream().<WorkState>map(frames -> new Done(1, 0, frames)).toList(),
        true,
        Optional.empty());
  }

  /** Whether nobody was ever given anything of it, and no earlier rendering was taken. */
  boolean isUntouched() {
    return latents.isEmpty() && chunks.stream().allMatch(Waiting.NEW::equals);
  }

  /** Where it stands. */
  public State state() {
    if (latents.isPresent()) {
      return isDone() ? State.DONE : State.DECODING;
    }
    return chunks.stream().allMatch(chunk -> chunk.attempt() == 0)
        ? State.WAITING
        : State.DENOISING;
  }

  /** Whether all its frames are there. */
  public boolean isDone() {
    return latents.isPresent() && allDone(segments);
  }

  /** Whether all its frames are there and its clip is not. */
  public boolean isToBeCut() {
    return isDone() && clip.isEmpty();
  }

  /** Whether all chunks are done but not joined. */
  public boolean isToBeJoined() {
    return latents.isEmpty() && allDone(chunks);
  }

  /** Chunks that are done; all of them if an earlier rendering was taken. */
  public int chunksDone() {
    return latents.isPresent() ? chunks.size() : countDone(chunks);
  }

  /** Segments that are done. */
  public int segmentsDone() {
    return countDone(segments);
  }

  /** The states of one kind of work. */
  public List<WorkState> works(Kind kind) {
    return switch (kind) {
      case CHUNK -> chunks;
      case SEGMENT -> segments;
    };
  }

  /** Indexes of the work of this kind that may be leased now. */
  public List<Integer> leasable(Kind kind) {
    boolean open =
        switch (kind) {
          case CHUNK -> latents.isEmpty();
          case SEGMENT -> latents.isPresent();
        };
    return open ? indexes(works(kind), state -> state instanceof Waiting) : List.of();
  }

  /** What it is made of, once it is done. */
  public ShotResult result() {
    return new ShotResult(
        latents.orElseThrow(), segments.stream().map(state -> ((Done) state).artifact()).toList());
  }

  /**
   * What has to be done again when this worker gives up, or has lost, all unfinished chunks of this
   * shot that it holds: these, and those done ones that are tied to them by boundaries whose slabs
   * never left the worker. Sorted.
   */
  public List<Integer> chunksToRestart(WorkerKey worker) {
    if (latents.isPresent()) {
      return List.of();
    }
    List<Integer> restart = new ArrayList<>();
    for (Run run : runs()) {
      if (chunks.subList(run.first(), run.end()).stream().anyMatch(it -> it.isHeldBy(worker))) {
        run.indexes().forEach(restart::add);
      }
    }
    return List.copyOf(restart);
  }

  /**
   * Neighbouring chunks that are tied by boundaries whose slabs never left the worker, so that a
   * loss takes all of them back to one step.
   *
   * @param end one past the last
   */
  record Run(int first, int end) {

    IntStream indexes() {
      return IntStream.range(first, end);
    }
  }

  /** All chunks, in runs, in order. A look at each chunk, however long a run is. */
  List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    int first = 0;
    for (int end = 1; end <= chunks.size(); end++) {
      if (end == chunks.size() || remote.get(end - 1)) {
        runs.add(new Run(first, end));
        first = end;
      }
    }
    return runs;
  }

  ShotProgress grant(Kind kind, List<StoryEvent.Grant> grants) {
    List<WorkState> states = new ArrayList<>(works(kind));
    grants.forEach(
        grant -> states.set(grant.index(), states.get(grant.index()).leaseTo(grant.worker())));
    ShotProgress leased = with(kind, states);
    return kind == Kind.CHUNK ? leased.withBoundaries(grants) : leased;
  }

  /** A boundary stays in memory if both its sides start together, on one worker, at one step. */
  private ShotProgress withBoundaries(List<StoryEvent.Grant> grants) {
    Set<Integer> started = grants.stream().map(StoryEvent.Grant::index).collect(Collectors.toSet());
    List<Boolean> now = new ArrayList<>(remote);
    for (int i = 0; i < now.size(); i++) {
      boolean left = started.contains(i);
      boolean right = started.contains(i + 1);
      if (left && right) {
        now.set(i, !start(i).equals(start(i + 1)));
      } else if (left || right) {
        now.set(i, true);
      }
    }
    return new ShotProgress(plan, chunks, now, latents, segments, reused, clip);
  }

  /** Where and at which step a leased chunk began. */
  private record Start(WorkerKey worker, int step) {}

  private Optional<Start> start(int chunkIndex) {
    return chunks.get(chunkIndex) instanceof Leased leased
        ? Optional.of(new Start(leased.worker(), leased.resumeStep()))
        : Optional.empty();
  }

  ShotProgress resumeFrom(List<StoryEvent.ResumePoint> points) {
    List<WorkState> states = new ArrayList<>(chunks);
    points.forEach(
        point -> states.set(point.index(), states.get(point.index()).resumeFrom(point.step())));
    return with(Kind.CHUNK, states);
  }

  ShotProgress change(Kind kind, List<Integer> indexes, UnaryOperator<WorkState> change) {
    List<WorkState> states = new ArrayList<>(works(kind));
    indexes.forEach(index -> states.set(index, change.apply(states.get(index))));
    return with(kind, states);
  }

  /** The same with no failure counted. */
  ShotProgress forgiven() {
    return with(Kind.CHUNK, chunks.stream().map(WorkState::forgive).toList())
        .with(Kind.SEGMENT, segments.stream().map(WorkState::forgive).toList());
  }

  ShotProgress join(Digest joined) {
    return new ShotProgress(plan, chunks, remote, Optional.of(joined), segments, reused, clip);
  }

  ShotProgress cut(FilmFile file) {
    return new ShotProgress(plan, chunks, remote, latents, segments, reused, Optional.of(file));
  }

  private ShotProgress with(Kind kind, List<WorkState> states) {
    return switch (kind) {
      case CHUNK -> new ShotProgress(plan, states, remote, latents, segments, reused, clip);
      case SEGMENT -> new ShotProgress(plan, chunks, remote, latents, states, reused, clip);
    };
  }

  static List<Integer> indexes(List<WorkState> states, Predicate<WorkState> which) {
    return IntStream.range(0, states.size())
        .filter(i -> which.test(states.get(i)))
        .boxed()
        .toList();
  }

  private static boolean allDone(List<WorkState> states) {
    return countDone(states) == states.size();
  }

  private static int countDone(List<WorkState> states) {
    return (int) states.stream().filter(Done.class::isInstance).count();
  }
}
