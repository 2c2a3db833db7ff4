package dev.longtake.sampling;

import java.util.List;

/**
 * One step of a solver in numbers: what is multiplied with what. Every operation is on one element
 * by itself, in the order that is said here and without fused multiply-add, so that whoever carries
 * it out gets the same bits.
 */
public sealed interface SolverStep {

  /** {@code x + delta v}, in 32 bits. */
  record Euler(float delta) implements SolverStep {}

  /**
   * {@code m = x - sigma v} in 32 bits; the corrected latents; the next latents. Sums run from 0 in
   * 64 bits, term by term, and are rounded to 32.
   *
   * @param corrector weights of the history's latents, of {@code m}, and of one or two older {@code
   *     m}, newest first; empty: the latents are not corrected
   * @param predictor weights of the corrected latents, of {@code m}, and perhaps of the {@code m}
   *     before
   */
  record UniPc(float sigma, List<Double> corrector, List<Double> predictor) implements SolverStep {

    public UniPc {
      corrector = List.copyOf(corrector);
      predictor = List.copyOf(predictor);
    }
  }
}
