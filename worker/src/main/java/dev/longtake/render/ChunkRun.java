package dev.longtake.render;

import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.render.ChunkStepper.SlabPair;
import org.jspecify.annotations.Nullable;

/**
 * A chunk on its way from noise to final latents, wherever its numbers are: in arrays ({@link
 * HostRun}) or where the model computes ({@link ResidentRun}); the bits are the same. Used by the
 * engine's thread.
 *
 * <p>A step is {@link #predict}, {@link #publication} for each neighbour, {@link #advance}.
 */
interface ChunkRun extends AutoCloseable {

  /** Steps done so far; the index of the next one. */
  int stepsDone();

  /** Starts computing the guided velocity at the present step. */
  void predict(Denoisers denoisers);

  /** Whether {@link #publication} would not have to wait for the model. */
  boolean isPredicted();

  /** What the neighbour on that side reads of the velocity, and this chunk uses of its own. */
  Slab publication(Side neighbour);

  /**
   * Takes the step: on overlaps with both sides' published velocities fused, elsewhere with the
   * chunk's own. A pair is null where there is no neighbour or nothing is exchanged.
   */
  void advance(@Nullable SlabPair left, @Nullable SlabPair right);

  /** The state in arrays; from a device it is copied, and that waits. */
  ChunkState state();

  /** Gives back what the run holds on a device. */
  @Override
  void close();
}
