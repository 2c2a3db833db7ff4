package dev.longtake.render;

import static java.util.Objects.requireNonNull;

import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.render.ChunkStepper.SlabPair;
import org.jspecify.annotations.Nullable;

/** A chunk in arrays: every half of a step is done when its method returns. */
final class HostRun implements ChunkRun {

  private final ChunkStepper stepper;
  private ChunkState state;
  private float @Nullable [] velocity;

  HostRun(ChunkStepper stepper, ChunkState state) {
    this.stepper = stepper;
    this.state = state;
  }

  @Override
  public int stepsDone() {
    return state.stepsDone();
  }

  @Override
  public void predict(Denoisers denoisers) {
    velocity = stepper.velocity(state, denoisers);
  }

  @Override
  public boolean isPredicted() {
    return true;
  }

  @Override
  public Slab publication(Side neighbour) {
    return stepper.publication(requireNonNull(velocity, "velocity"), neighbour);
  }

  @Override
  public void advance(@Nullable SlabPair left, @Nullable SlabPair right) {
    state = stepper.advance(state, requireNonNull(velocity, "velocity"), left, right);
    velocity = null;
  }

  @Override
  public ChunkState state() {
    return state;
  }

  @Override
  public void close() {}
}
