package dev.longtake.plan;

import dev.longtake.words.Word;

/**
 * How the flow is integrated over the denoise steps. A checkpoint's card names one by its word;
 * {@code Samplers} of the worker's {@code sampling} makes it.
 */
public enum Solver implements Word {
  /** The straight step. */
  EULER,
  /** UniPC of order 2. */
  UNIPC
}
