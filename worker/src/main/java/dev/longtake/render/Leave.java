package dev.longtake.render;

import dev.longtake.plan.ShotInputs;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How far chunks go on a worker that leaves: those of one shot to one and the same step, the
 * furthest that any of them has begun, because chunks that exchanged within a worker go on
 * elsewhere from a step that all of them have kept. Used by the engine's thread.
 */
final class Leave {

  private final Map<ShotInputs, Integer> lastSteps = new HashMap<>();

  /**
   * Decides it.
   *
   * @param chunks all that are held
   */
  Leave(Collection<ChunkJob> chunks) {
    chunks.forEach(chunk -> lastSteps.merge(chunk.shot(), chunk.stepsBegun(), Math::max));
  }

  /** Whether the chunk has a further step to take. */
  boolean goesOn(ChunkJob chunk) {
    return chunk.stepsDone() < lastSteps.getOrDefault(chunk.shot(), 0);
  }
}
