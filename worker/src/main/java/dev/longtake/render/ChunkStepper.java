package dev.longtake.render;

import dev.longtake.latent.ExchangeType;
import dev.longtake.latent.KeyedNoise;
import dev.longtake.latent.OverlapFusion;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.plan.ShotInputs;
import dev.longtake.sampling.Guidance;
import dev.longtake.sampling.ResidentLatents.Guiding;
import dev.longtake.sampling.ResidentLatents.Span;
import dev.longtake.sampling.Sampler;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.Samplers;
import dev.longtake.sampling.SolverStep;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One denoise step of one chunk, in the two halves between which its neighbours' slabs are waited
 * for. Holds no state of its own but for scratch memory; one thread at a time.
 *
 * <p>Every chunk of a shot denoises a window of one global latent: its initial noise is keyed by
 * the absolute latent frame, and after each step the overlap is equal bit for bit on both sides,
 * since both fuse the same two published slabs in the same order and the solver works element by
 * element. Reference frames are each chunk's own and are not exchanged.
 */
final class ChunkStepper {

  /** The two velocities published for one boundary, as quantised. */
  record SlabPair(Slab left, Slab right) {}

  private final ShotInputs shot;
  private final DenoiseChunk chunk;
  private final ChunkShape shape;
  private final Sampler sampler;
  private final float[] modelLatents;
  private final float[] modelVelocity;

  ChunkStepper(DenoiseChunk chunk, ChunkShape shape) {
    this.shot = chunk.shot();
    this.chunk = chunk;
    this.shape = shape;
    this.sampler =
        Samplers.of(
            shot.sampling().solver(),
            shot.sampling().stepCount(),
            shot.sampling().shift(),
            shot.sampling().freshNoise());
    this.modelLatents = new float[shape.size()];
    this.modelVelocity = new float[shape.size()];
  }

  /** Whether a step needs the pass under the negative prompt. */
  static boolean isGuided(ShotInputs shot) {
    return Guidance.needsUnconditional((float) shot.sampling().guidanceScale());
  }

  /**
   * Pure noise: latent frame {@code f} of the shot keyed by {@code f}, reference r by -1 - r. The
   * shot's latent frames share what the model asks for, references nothing.
   */
  ChunkState start() {
    return new ChunkState(shape, SamplerState.initial(noise(0)));
  }

  /** Noise of one draw. */
  private float[] noise(int draw) {
    float[] noise = new float[shape.size()];
    for (int reference = 0; reference < shape.referenceCount(); reference++) {
      KeyedNoise.fill(
          noise,
          reference * shape.frameSize(),
          shape.frameSize(),
          shot.seed(),
          -1 - reference,
          draw);
    }
    for (int frame = 0; frame < shape.frameCount(); frame++) {
      int absolute = chunk.firstLatentFrame() + frame;
      KeyedNoise.fillShared(
          noise,
          shape.offset(frame),
          shape.frameSize(),
          shot.seed(),
          absolute,
          shot.sampling().sharedNoise(),
          draw);
    }
    return noise;
  }

  /** Whether a step is followed by {@link #renewed}. */
  boolean isRenewed(int stepIndex) {
    return sampler.isRenewed(stepIndex);
  }

  /** The state after a step with noise drawn anew, keyed by the step as well. */
  ChunkState renewed(ChunkState state) {
    float sigma = sampler.schedule().sigma(state.stepsDone());
    float[] latents = state.sampler().latents().clone();
    float[] noise = noise(state.stepsDone());
    for (int i = 0; i < latents.length; i++) {
      latents[i] += sigma * noise[i];
    }
    return new ChunkState(shape, new SamplerState(state.stepsDone(), latents, List.of()));
  }

  /** Tensors that the solver remembers before a step. */
  int historyCount(int stepIndex) {
    return sampler.historyCount(stepIndex);
  }

  /** The model's time input at a step. */
  double timestep(int stepIndex) {
    return sampler.schedule().timestep(stepIndex);
  }

  /** The solver's numbers of a step. */
  SolverStep plan(int stepIndex) {
    return sampler.plan(stepIndex);
  }

  /** How the passes become one velocity. */
  Guiding guiding() {
    return isGuided(shot)
        ? new Guiding.By((float) shot.sampling().guidanceScale())
        : new Guiding.Off();
  }

  /** Whether something is exchanged with a neighbour on that side. */
  boolean exchanges(Side neighbour) {
    return !shot.exchangeOff() && overlap(neighbour) > 0;
  }

  /** The latent frames shared with the neighbour on that side, among those of the model. */
  Span span(Side neighbour) {
    return new Span(overlapOffset(neighbour) / shape.frameSize(), overlap(neighbour));
  }

  /** The guided velocity at the state's step, frame by frame, reference frames included. */
  float[] velocity(ChunkState state, Denoisers denoisers) {
    LatentLayout.toChannelMajor(
        state.sampler().latents(),
        modelLatents,
        shape.modelFrameCount(),
        shape.channels(),
        shape.cells());
    double timestep = timestep(state.stepsDone());
    float[] conditional = pass(denoisers.conditional(), timestep);
    RenderModel.@Nullable Denoiser unconditional = denoisers.unconditional();
    return unconditional == null
        ? conditional
        : Guidance.combine(
            conditional, pass(unconditional, timestep), (float) shot.sampling().guidanceScale());
  }

  private float[] pass(RenderModel.Denoiser denoiser, double timestep) {
    denoiser.velocity(modelLatents, timestep, modelVelocity);
    float[] velocity = new float[shape.size()];
    LatentLayout.toFrameMajor(
        modelVelocity, velocity, shape.modelFrameCount(), shape.channels(), shape.cells());
    return velocity;
  }

  /** What the neighbour on that side reads of a velocity, and this chunk uses of its own. */
  Slab publication(float[] velocity, Side neighbour) {
    int overlap = overlap(neighbour);
    int offset = overlapOffset(neighbour);
    float[] values = Arrays.copyOfRange(velocity, offset, offset + overlap * shape.frameSize());
    return ExchangeType.IN_USE.quantise(
        new Slab(overlap, shape.channels(), shape.height(), shape.width(), values));
  }

  /** Latent frames shared with the neighbour on that side. */
  int overlap(Side neighbour) {
    return switch (neighbour) {
      case LEFT -> chunk.overlapLeft();
      case RIGHT -> chunk.overlapRight();
    };
  }

  private int overlapOffset(Side neighbour) {
    return switch (neighbour) {
      case LEFT -> shape.offset(0);
      case RIGHT -> shape.offset(shape.frameCount() - chunk.overlapRight());
    };
  }

  /**
   * Takes the step: on overlaps with both sides' published velocities fused, elsewhere with the
   * chunk's own. A pair is null where there is no neighbour or nothing is exchanged.
   */
  ChunkState advance(
      ChunkState state, float[] velocity, @Nullable SlabPair left, @Nullable SlabPair right) {
    float[] fused = velocity.clone();
    if (left != null) {
      fuse(left, Side.LEFT, fused);
    }
    if (right != null) {
      fuse(right, Side.RIGHT, fused);
    }
    ChunkState next = new ChunkState(shape, sampler.step(state.sampler(), fused));
    return isRenewed(state.stepsDone()) ? renewed(next) : next;
  }

  private void fuse(SlabPair pair, Side neighbour, float[] velocity) {
    int overlap = overlap(neighbour);
    float[] fused = new float[overlap * shape.frameSize()];
    OverlapFusion.fuse(
        pair.left().velocity(),
        pair.right().velocity(),
        overlap,
        shape.channels(),
        shape.cells(),
        fused);
    System.arraycopy(fused, 0, velocity, overlapOffset(neighbour), fused.length);
  }
}
