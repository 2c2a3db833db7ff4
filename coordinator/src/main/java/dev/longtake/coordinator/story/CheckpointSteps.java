package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.ShotProgress.Run;
import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.lease.LeaseToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which checkpoints of a story's chunks are kept, and what follows from it: where a chunk would go
 * on if its worker were lost now, where all would if every process were, and what need not be held
 * any longer. Not journaled: after a restart the archive says what it holds ({@link #found}). Not
 * safe for several threads.
 *
 * <h2>Why it is right to go on from there</h2>
 *
 * <p>A chunk that goes on from step <em>r</em> needs its neighbours' slabs of every step from
 * <em>r</em> on. There are two kinds of boundaries:
 *
 * <ul>
 *   <li><b>Tied.</b> Its slabs never left the worker. Both sides began together at one step and are
 *       lost together, so they go on together: from the newest step that <em>every</em> chunk of
 *       the tied run has kept, and from where the run began if there is none.
 *   <li><b>Remote.</b> Its slabs are in the store from the step on at which the boundary became
 *       remote, which neither side began before. They are dropped up to the lower of both sides'
 *       floors, and no side ever goes back below its floor.
 * </ul>
 *
 * <p>The floor of a chunk is the step that it would go on from. It never falls, except when the
 * whole shot begins anew: then nothing of before is needed, since all publish again.
 *
 * <h2>After the loss of every process</h2>
 *
 * <p>No slab is left then, so all chunks of a shot go on together, from the newest step that
 * <em>every</em> one of them has in the archive, whichever attempt wrote it. From that common step
 * on nothing is dropped from the archive, and no slab, unless the archive failed. So what a
 * coordinator drops that does not know yet that another one has taken the story over, is nothing
 * that the other one could need: its common step is the same or a later one.
 */
public final class CheckpointSteps {

  private record ChunkAt(int shotIndex, int chunkIndex) {}

  private record Kept(int attempt, NavigableSet<Integer> steps) {}

  /** What the store may drop: all there is of something at steps from first to before end. */
  public sealed interface Passed {

    /** A chunk's checkpoints. */
    record Checkpoints(int chunkIndex, int firstStep, int endStep) implements Passed {}

    /** A chunk's checkpoints in the archive, at these steps. */
    record Archived(int chunkIndex, List<Integer> steps) implements Passed {
      public Archived {
        steps = List.copyOf(steps);
      }
    }

    /** Both sides' slabs of a boundary. */
    record Slabs(int boundaryIndex, int firstStep, int endStep) implements Passed {}
  }

  private final Map<ChunkAt, Kept> kept = new HashMap<>();
  private final Map<ChunkAt, NavigableSet<Integer>> archived = new HashMap<>();

  /** With those that the archive did not take: slabs are kept no longer for the lack of them. */
  private final Map<ChunkAt, NavigableSet<Integer>> offered = new HashMap<>();

  private final Map<ChunkAt, Integer> checkpointsPassed = new HashMap<>();
  private final Map<ChunkAt, Integer> slabsPassed = new HashMap<>();

  /** Takes what the archive holds, before anything goes on. */
  public void found(Collection<CheckpointKey> keys) {
    for (CheckpointKey key : keys) {
      ChunkAt at = new ChunkAt(key.shotIndex(), key.chunkIndex());
      add(archived, at, key.stepIndex());
      add(offered, at, key.stepIndex());
    }
  }

  /** Takes that a shot begins anew and the archive holds nothing of it any more. */
  public void forget(int shotIndex) {
    archived.keySet().removeIf(at -> at.shotIndex() == shotIndex);
    offered.keySet().removeIf(at -> at.shotIndex() == shotIndex);
  }

  /** Takes that the story has ended, and the archive will hold nothing of it any more. */
  public void forgetAll() {
    archived.clear();
    offered.clear();
  }

  private static void add(Map<ChunkAt, NavigableSet<Integer>> all, ChunkAt at, int step) {
    all.computeIfAbsent(at, missing -> new TreeSet<>()).add(step);
  }

  /**
   * Takes what became of a checkpoint. For how far the current attempt is, one of a superseded
   * attempt does not count; in the archive it is as good as any.
   */
  public void note(StoryProgress story, LeaseToken chunk, int step, CheckpointNews news) {
    if (!story.isOpen() || chunk.shotIndex() >= story.shots().size()) {
      return;
    }
    ShotProgress shot = story.shots().get(chunk.shotIndex());
    if (chunk.index() >= shot.chunks().size()) {
      return;
    }
    ChunkAt at = new ChunkAt(chunk.shotIndex(), chunk.index());
    switch (news) {
      case STORED -> keep(shot, at, chunk.attempt(), step);
      case ARCHIVED -> {
        add(archived, at, step);
        add(offered, at, step);
        keep(shot, at, chunk.attempt(), step);
      }
      case NOT_ARCHIVED -> add(offered, at, step);
    }
  }

  private void keep(ShotProgress shot, ChunkAt at, int attempt, int step) {
    WorkState state = shot.chunks().get(at.chunkIndex());
    if (!(state instanceof Waiting) && state.attempt() == attempt) {
      Kept held = kept.get(at);
      if (held == null || held.attempt() != attempt) {
        held = new Kept(attempt, new TreeSet<>());
        kept.put(at, held);
      }
      held.steps().add(step);
    }
  }

  /**
   * The step from which all chunks of a shot would go on if every process were lost now: that of
   * its last one if all are done.
   */
  private int commonStep(ShotProgress shot, Map<ChunkAt, NavigableSet<Integer>> all) {
    if (shot.chunks().stream().allMatch(Done.class::isInstance)) {
      return shot.plan().inputs().sampling().stepCount();
    }
    NavigableSet<Integer> common = new TreeSet<>(steps(all, shot, 0));
    for (int i = 1; i < shot.chunks().size() && !common.isEmpty(); i++) {
      common.retainAll(steps(all, shot, i));
    }
    return common.isEmpty() ? 0 : common.last();
  }

  /** The step from which a chunk would go on if every process were lost now. */
  private int archivedFloor(ShotProgress shot, int chunkIndex, int common) {
    NavigableSet<Integer> own = steps(archived, shot, chunkIndex);
    boolean isAlone = shot.plan().inputs().exchangeOff();
    return !isAlone ? common : own.isEmpty() ? 0 : own.last();
  }

  private static NavigableSet<Integer> steps(
      Map<ChunkAt, NavigableSet<Integer>> all, ShotProgress shot, int chunkIndex) {
    return all.getOrDefault(
        new ChunkAt(shot.plan().shotIndex(), chunkIndex), Collections.emptyNavigableSet());
  }

  /** Where these chunks go on after the loss of every process; others begin anew. */
  List<ResumePoint> archivedPoints(ShotProgress shot, List<Integer> chunks) {
    int common = commonStep(shot, archived);
    return chunks.stream()
        .map(index -> new ResumePoint(index, archivedFloor(shot, index, common)))
        .filter(point -> point.step() > 0)
        .toList();
  }

  /** The step that a chunk would go on from if its worker were lost now. */
  int floor(ShotProgress shot, int chunkIndex) {
    return floors(shot)[chunkIndex];
  }

  /** The same of each chunk of a shot: chunks of one run have one floor, which is found once. */
  private int[] floors(ShotProgress shot) {
    int[] floors = new int[shot.chunks().size()];
    for (Run run : shot.runs()) {
      Arrays.fill(floors, run.first(), run.end(), floor(shot, run));
    }
    return floors;
  }

  private int floor(ShotProgress shot, Run run) {
    if (run.indexes().allMatch(index -> shot.chunks().get(index) instanceof Done)) {
      return shot.plan().inputs().sampling().stepCount();
    }
    NavigableSet<Integer> common = new TreeSet<>(steps(shot, run.first()));
    for (int i = run.first() + 1; i < run.end() && !common.isEmpty(); i++) {
      common.retainAll(steps(shot, i));
    }
    return common.isEmpty() ? began(shot, run) : common.last();
  }

  private NavigableSet<Integer> steps(ShotProgress shot, int chunkIndex) {
    Kept held = kept.get(new ChunkAt(shot.plan().shotIndex(), chunkIndex));
    WorkState state = shot.chunks().get(chunkIndex);
    return held == null || state instanceof Waiting || held.attempt() != state.attempt()
        ? Collections.emptyNavigableSet()
        : held.steps();
  }

  /** The step at which a run began; its chunks began together. */
  private static int began(ShotProgress shot, Run run) {
    return run.indexes()
        .map(
            index ->
                switch (shot.chunks().get(index)) {
                  case Waiting waiting -> waiting.resumeStep();
                  case Leased leased -> leased.resumeStep();
                  case Done done -> 0;
                })
        .max()
        .orElse(0);
  }

  /** Where these chunks go on, if they are taken back now; those that begin anew are left out. */
  List<ResumePoint> resumePoints(ShotProgress shot, List<Integer> chunks) {
    int[] floors = floors(shot);
    return chunks.stream()
        .map(index -> new ResumePoint(index, floors[index]))
        .filter(point -> point.step() > 0)
        .toList();
  }

  /** Denoise steps of a shot that would not be repeated if every worker were lost now. */
  int stepsKept(ShotProgress shot) {
    return shot.latents().isPresent()
        ? shot.chunks().size() * shot.plan().inputs().sampling().stepCount()
        : Arrays.stream(floors(shot)).sum();
  }

  /**
   * What the store need not hold any longer and was not told to drop yet; each is said once. To be
   * asked again after every change, because a shot that begins anew has everything to say again.
   */
  public List<Passed> passed(ShotProgress shot) {
    if (shot.latents().isPresent()) {
      return List.of(); // All of it is dropped together.
    }
    List<Passed> passed = new ArrayList<>();
    int shotIndex = shot.plan().shotIndex();
    int floorBefore = 0;
    int[] floors = floors(shot);
    int common = commonStep(shot, archived);
    int slabsNeeded = commonStep(shot, offered);
    for (int i = 0; i < shot.chunks().size(); i++) {
      int floor = floors[i];
      ChunkAt at = new ChunkAt(shotIndex, i);
      int dropped = advance(checkpointsPassed, at, floor);
      if (dropped < floor) {
        passed.add(new Passed.Checkpoints(i, dropped, floor));
      }
      if (i > 0) {
        int both = Math.min(slabsNeeded, Math.min(floorBefore, floor));
        int slabsDropped = advance(slabsPassed, new ChunkAt(shotIndex, i - 1), both);
        if (slabsDropped < both) {
          passed.add(new Passed.Slabs(i - 1, slabsDropped, both));
        }
      }
      floorBefore = floor;
      forget(at, floor);
      offered.getOrDefault(at, new TreeSet<>()).headSet(Math.min(floor, slabsNeeded)).clear();
      addArchived(passed, at, Math.min(floor, archivedFloor(shot, i, common)));
    }
    return passed;
  }

  private void addArchived(List<Passed> passed, ChunkAt at, int end) {
    NavigableSet<Integer> below =
        archived.getOrDefault(at, Collections.emptyNavigableSet()).headSet(end, false);
    if (!below.isEmpty()) {
      passed.add(new Passed.Archived(at.chunkIndex(), List.copyOf(below)));
      below.clear();
    }
  }

  private static int advance(Map<ChunkAt, Integer> passed, ChunkAt at, int floor) {
    Integer before = passed.put(at, floor);
    return before == null ? 0 : before;
  }

  private void forget(ChunkAt at, int floor) {
    Kept held = kept.get(at);
    if (held != null) {
      held.steps().headSet(floor, false).clear();
    }
  }
}
