package dev.longtake.render;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decides what the engine does next. Pure.
 *
 * <p>The engine does one thing at a time, so any order keeps it busy; what the order decides is how
 * long <em>other</em> workers wait and when finished work leaves the machine:
 *
 * <ol>
 *   <li>A chunk with a neighbour on another worker goes first: somebody waits for its slab.
 *   <li>Then decodes, oldest first: they finish a shot, so that the coordinator encodes its clip
 *       while the engine denoises the next one. When every coupled chunk waits for a slab, a decode
 *       fills the gap; where coupled chunks leave no gap, one goes first after each of them has had
 *       a step, since the workers that share a shot get its decodes at the same time and so pause
 *       together.
 *   <li>Then the other chunks.
 * </ol>
 *
 * <p>Among chunks those of the shot ordered earliest go first, so that shots are finished one after
 * the other; of a shot the one with the fewest steps done, because its neighbours wait for it.
 */
@FunctionalInterface
interface WorkPicker {

  /** Work that could be done now. */
  sealed interface Candidate {

    /**
     * A chunk whose next velocity can be computed.
     *
     * @param shotPosition of its shot among those that are here, the one ordered earliest first
     * @param coupled whether a neighbour is on another worker
     */
    record Step(int shotPosition, int stepsDone, boolean coupled) implements Candidate {}

    /**
     * A segment whose latents are here.
     *
     * @param overdue whether every coupled chunk has had a step since it could have been decoded
     */
    record Decode(boolean overdue) implements Candidate {}
  }

  /**
   * Index of the one to do.
   *
   * @param candidates at least one, in the order in which they were ordered
   */
  int pick(List<Candidate> candidates);

  /** The rule above. */
  static WorkPicker byNeed() {
    Comparator<Candidate> need =
        Comparator.<Candidate>comparingInt(WorkPicker::rank)
            .thenComparingInt(WorkPicker::shotPosition)
            .thenComparingInt(WorkPicker::stepsDone);
    return candidates ->
        IntStream.range(0, candidates.size())
            .boxed()
            .min(Comparator.comparing(candidates::get, need))
            .orElseThrow();
  }

  private static int rank(Candidate candidate) {
    return switch (candidate) {
      case Candidate.Decode decode -> decode.overdue() ? 0 : 2;
      case Candidate.Step step -> step.coupled() ? 1 : 3;
    };
  }

  private static int shotPosition(Candidate candidate) {
    return switch (candidate) {
      case Candidate.Decode _ -> 0;
      case Candidate.Step step -> step.shotPosition();
    };
  }

  private static int stepsDone(Candidate candidate) {
    return switch (candidate) {
      case Candidate.Decode _ -> 0;
      case Candidate.Step step -> step.stepsDone();
    };
  }
}
