package dev.longtake.latent;

import dev.longtake.binary.BinaryFrame;

/**
 * How large what chunks exchange, keep and leave behind may be. Plans, workers and coordinators
 * hold the same bounds, so that what a plan allows is never refused while it is rendered.
 */
public final class LatentLimits {

  /** Bytes of a slab: one message carries it, twice a step for each boundary. */
  public static final int SLAB_BYTES_MAX = 64 << 20;

  /** Bytes of a checkpoint: one message carries it. */
  public static final int CHECKPOINT_BYTES_MAX = 256 << 20;

  /** Bytes of a chunk's or a shot's latents: an array holds them. */
  public static final int LATENTS_BYTES_MAX = BinaryFrame.ARRAY_BYTES_MAX;

  /** Tensors of a sampler's state, at most: the latents and what a solver remembers. */
  public static final int STATE_TENSORS_MAX = 4;

  private LatentLimits() {}
}
