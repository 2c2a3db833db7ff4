package dev.longtake.latent;

/** What became of a slab or a checkpoint that was put. */
public enum PutOutcome {
  /** The key was free. */
  STORED,
  /** The key held the same bytes; nothing changed. */
  SAME,
  /** The key holds other bytes, and keeps them: determinism is violated. */
  DIFFERENT
}
