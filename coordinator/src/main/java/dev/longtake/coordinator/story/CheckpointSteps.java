package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.lease.LeaseToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which checkpoints of a story's chunks the latent store has taken, and what follows from it: where
 * a chunk would go on if its worker were lost now, and what the store need not hold any longer. Not
 * journaled, like the store itself. Not safe for several threads.
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
 */
public final class CheckpointSteps {

  private record ChunkAt(int shotIndex, int chunkIndex) {}

  private record Kept(int attempt, NavigableSet<Integer> steps) {}

  /** What the store may drop: all there is of something at steps from first to before end. */
  public sealed interface Passed {

    /** A chunk's checkpoints. */
    record Checkpoints(int chunkIndex, int firstStep, int endStep) implements Passed {}

    /** Both sides' slabs of a boundary. */
    record Slabs(int boundaryIndex, int firstStep, int endStep) implements Passed {}
  }

  private final Map<ChunkAt, Kept> kept = new HashMap<>();
  private final Map<ChunkAt, Integer> checkpointsPassed = new HashMap<>();
  private final Map<ChunkAt, Integer> slabsPassed = new HashMap<>();

  /**
   * Takes that the store has a checkpoint. One of a superseded attempt does not count: it says
   * nothing of how far the current one is.
   */
  public void note(StoryProgress story, LeaseToken chunk, int step) {
    if (!story.isOpen() || chunk.shotIndex() >= story.shots().size()) {
      return;
    }
    ShotProgress shot = story.shots().get(chunk.shotIndex());
    if (chunk.index() >= shot.chunks().size()) {
      return;
    }
    WorkState state = shot.chunks().get(chunk.index());
    if (!(state instanceof Waiting) && state.attempt() == chunk.attempt()) {
      ChunkAt at = new ChunkAt(chunk.shotIndex(), chunk.index());
      Kept held = kept.get(at);
      if (held == null || held.attempt() != chunk.attempt()) {
        held = new Kept(chunk.attempt(), new TreeSet<>());
        kept.put(at, held);
      }
      held.steps().add(step);
    }
  }

  /** The step that a chunk would go on from if its worker were lost now. */
  int floor(ShotProgress shot, int chunkIndex) {
    List<Integer> run = shot.tiedTo(chunkIndex);
    if (run.stream().allMatch(index -> shot.chunks().get(index) instanceof Done)) {
      return shot.plan().inputs().sampling().stepCount();
    }
    NavigableSet<Integer> common = new TreeSet<>(steps(shot, run.getFirst()));
    run.forEach(index -> common.retainAll(steps(shot, index)));
    return common.isEmpty() ? began(shot, run) : common.last();
  }

  private NavigableSet<Integer> steps(ShotProgress shot, int chunkIndex) {
    Kept held = kept.get(new ChunkAt(shot.plan().shotIndex(), chunkIndex));
    WorkState state = shot.chunks().get(chunkIndex);
    return held == null || state instanceof Waiting || held.attempt() != state.attempt()
        ? new TreeSet<>()
        : held.steps();
  }

  /** The step at which a run began; its chunks began together. */
  private static int began(ShotProgress shot, List<Integer> run) {
    return run.stream()
        .mapToInt(
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
    return chunks.stream()
        .map(index -> new ResumePoint(index, floor(shot, index)))
        .filter(point -> point.step() > 0)
        .toList();
  }

  /** Denoise steps of a shot that would not be repeated if every worker were lost now. */
  int stepsKept(ShotProgress shot) {
    int sum = 0;
    for (int i = 0; i < shot.chunks().size(); i++) {
      sum +=
          shot.latents().isPresent() ? shot.plan().inputs().sampling().stepCount() : floor(shot, i);
    }
    return sum;
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
    for (int i = 0; i < shot.chunks().size(); i++) {
      int floor = floor(shot, i);
      ChunkAt at = new ChunkAt(shotIndex, i);
      int dropped = advance(checkpointsPassed, at, floor);
      if (dropped < floor) {
        passed.add(new Passed.Checkpoints(i, dropped, floor));
      }
      if (i > 0) {
        int both = Math.min(floorBefore, floor);
        int slabsDropped = advance(slabsPassed, new ChunkAt(shotIndex, i - 1), both);
        if (slabsDropped < both) {
          passed.add(new Passed.Slabs(i - 1, slabsDropped, both));
        }
      }
      floorBefore = floor;
      forget(at, floor);
    }
    return passed;
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
