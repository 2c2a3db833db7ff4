package dev.longtake.sampling;

import dev.longtake.latent.ExchangeType;
import java.util.List;

/**
 * The latents of one chunk with what its solver remembers, kept and stepped where the model
 * computes. What does the same on arrays is {@link Guidance}, the fusion of slabs and {@link
 * Sampler#step}; this gives the same bits.
 *
 * <p>A step: the model fills in the velocity of each {@link Pass}, {@link #publish} sends the
 * overlaps on their way, {@link #published} takes them, {@link #step} goes on. Nothing but {@link
 * #published} and {@link #read} waits. Axes: {@code (C, T, h, w)}, overlaps {@code (O, C, h, w)}.
 * One thread at a time.
 */
public interface ResidentLatents extends AutoCloseable {

  /** Overlaps that a chunk can have. */
  int SPANS_MAX = 2;

  /** The model under one prompt. */
  enum Pass {
    /** Under the prompt. */
    CONDITIONAL,
    /** Under the negative prompt; only with guidance. */
    UNCONDITIONAL
  }

  /**
   * A run of latent frames.
   *
   * @param first index among all frames that go through the model
   */
  record Span(int first, int count) {}

  /** How the two passes become one velocity. */
  sealed interface Guiding {

    /** The conditional pass alone. */
    record Off() implements Guiding {}

    /** As {@link Guidance#combine} does. */
    record By(float scale) implements Guiding {}
  }

  /**
   * What the neighbour of an overlap published there.
   *
   * @param isLeft whether the neighbour comes first in time
   * @param velocity bits of the {@link ExchangeType} in use; empty: the overlap is not fused
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Fusion(boolean isLeft, short[] velocity) {}

  /** Takes over a state whose arrays are {@code (C, T, h, w)}. */
  void write(SamplerState state);

  /**
   * Copies the state out, and waits for it.
   *
   * @param stepIndex the steps taken
   * @param historyCount what the solver says of that step
   */
  SamplerState read(int stepIndex, int historyCount);

  /**
   * Starts bringing the guided velocity of some frames to the host, in the {@link ExchangeType} in
   * use.
   *
   * @param spans the same at every step, at most {@link #SPANS_MAX}; where two cover one frame, the
   *     later one's fusion counts
   */
  void publish(Guiding guiding, List<Span> spans);

  /** Whether what {@link #publish} started has ended; never waits. */
  boolean isPublished();

  /** The bits of a span, {@code (O, C, h, w)} of the {@link ExchangeType} in use; waits. */
  short[] published(int span);

  /**
   * Starts the update.
   *
   * @param guiding as it was published
   * @param fusions one for each span
   */
  void step(SolverStep step, Guiding guiding, List<Fusion> fusions);

  @Override
  void close();
}
