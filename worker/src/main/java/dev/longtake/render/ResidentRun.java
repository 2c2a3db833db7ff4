package dev.longtake.render;

import dev.longtake.latent.ExchangeType;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.lifetime.Opened;
import dev.longtake.render.ChunkStepper.SlabPair;
import dev.longtake.sampling.ResidentLatents;
import dev.longtake.sampling.ResidentLatents.Fusion;
import dev.longtake.sampling.ResidentLatents.Guiding;
import dev.longtake.sampling.ResidentLatents.Pass;
import dev.longtake.sampling.ResidentLatents.Span;
import dev.longtake.sampling.SamplerState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chunk whose latents stay where the model computes. Only overlaps come to the host, in the
 * {@link ExchangeType}, and only they go back.
 */
final class ResidentRun implements ChunkRun {

  private static final ExchangeType EXCHANGED = ExchangeType.IN_USE;
  private static final Fusion UNFUSED = new Fusion(false, new short[0]);

  private final ChunkStepper stepper;
  private final ChunkShape shape;
  private final ResidentLatents latents;
  private final Guiding guiding;
  private final List<Side> sides = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();
  private int stepsDone;

  /**
   * Takes over a state.
   *
   * @param latents closed with this, and if this fails
   */
  ResidentRun(ChunkStepper stepper, ChunkState state, ResidentLatents latents) {
    this.stepper = stepper;
    this.shape = state.shape();
    this.latents = latents;
    this.guiding = stepper.guiding();
    this.stepsDone = state.stepsDone();
    // In the order in which arrays are fused: where both cover a frame, the right one counts.
    for (Side side : List.of(Side.LEFT, Side.RIGHT)) {
      if (stepper.exchanges(side)) {
        sides.add(side);
        spans.add(stepper.span(side));
      }
    }
    try (Opened opened = new Opened()) {
      opened.add(latents);
      latents.write(reordered(state.sampler(), true));
      opened.keep(this);
    }
  }

  @Override
  public int stepsDone() {
    return stepsDone;
  }

  @Override
  public void predict(Denoisers denoisers) {
    double timestep = stepper.timestep(stepsDone);
    denoisers.conditional().velocity(latents, timestep, Pass.CONDITIONAL);
    RenderModel.@Nullable Denoiser unconditional = denoisers.unconditional();
    if (unconditional != null) {
      unconditional.velocity(latents, timestep, Pass.UNCONDITIONAL);
    }
    latents.publish(guiding, spans);
  }

  @Override
  public boolean isPredicted() {
    return latents.isPublished();
  }

  @Override
  public Slab publication(Side neighbour) {
    int index = sides.indexOf(neighbour);
    Slab slab =
        EXCHANGED.decode(
            spans.get(index).count(),
            shape.channels(),
            shape.height(),
            shape.width(),
            latents.published(index));
    return EXCHANGED.quantise(slab); // Changes nothing, and refuses what is not finite.
  }

  @Override
  public void advance(@Nullable SlabPair left, @Nullable SlabPair right) {
    List<Fusion> fusions =
        sides.stream()
            .map(
                side ->
                    switch (side) {
                      case LEFT ->
                          left == null ? UNFUSED : new Fusion(true, EXCHANGED.encode(left.left()));
                      case RIGHT ->
                          right == null
                              ? UNFUSED
                              : new Fusion(false, EXCHANGED.encode(right.right()));
                    })
            .toList();
    latents.step(stepper.plan(stepsDone), guiding, fusions);
    stepsDone++;
    if (stepper.isRenewed(stepsDone - 1)) {
      // The first steps alone: they wait for the latents, and noise is drawn on the host anyway.
      latents.write(reordered(stepper.renewed(state()).sampler(), true));
    }
  }

  @Override
  public ChunkState state() {
    SamplerState read = latents.read(stepsDone, stepper.historyCount(stepsDone));
    return new ChunkState(shape, reordered(read, false));
  }

  /** The arrays of a state in the model's order, or back in the farm's. */
  private SamplerState reordered(SamplerState state, boolean toChannelMajor) {
    return new SamplerState(
        state.stepIndex(),
        reordered(state.latents(), toChannelMajor),
        state.history().stream().map(values -> reordered(values, toChannelMajor)).toList());
  }

  private float[] reordered(float[] values, boolean toChannelMajor) {
    float[] out = new float[values.length];
    if (toChannelMajor) {
      LatentLayout.toChannelMajor(
          values, out, shape.modelFrameCount(), shape.channels(), shape.cells());
    } else {
      LatentLayout.toFrameMajor(
          values, out, shape.modelFrameCount(), shape.channels(), shape.cells());
    }
    return out;
  }

  @Override
  public void close() {
    latents.close();
  }
}
