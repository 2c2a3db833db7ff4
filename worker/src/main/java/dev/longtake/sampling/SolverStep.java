package dev.longtake.sampling;

import static dev.longtake.error.Require.require;

import java.util.List;

/**
 * One step of a solver in numbers: what is multiplied with what. Every operation is on one element
 * by itself, in the order that is said here and without fused multiply-add, so that whoever carries
 * it out gets the same bits.
 */
public sealed interface SolverStep {

  /** {@code x + delta v}, in 32 bits. Remembers nothing. */
  record Euler(float delta) implements SolverStep {}

  /**
   * A step of any solver that remembers at most two earlier estimates of the picture: {@code m = x
   * - sigma v} in 32 bits; the corrected latents; the next latents. Sums run from 0 in 64 bits,
   * term by term, and are rounded to 32.
   *
   * <p>After it the solver remembers, newest first: the corrected latents, {@code m}, and the
   * {@code m} of the step before; of these the first {@link Sampler#historyCount}.
   *
   * @param corrector weights of the last step's corrected latents, of {@code m}, and of one or two
   *     older {@code m}, newest first; empty: the latents are not corrected
   * @param predictor weights of the corrected latents, of {@code m}, and perhaps of the {@code m}
   *     before
   */
  record Multistep(float sigma, List<Double> corrector, List<Double> predictor)
      implements SolverStep {

    public Multistep {
      corrector = List.copyOf(corrector);
      predictor = List.copyOf(predictor);
      require(
          corrector.isEmpty() || corrector.size() == 3 || corrector.size() == 4,
          "corrector: expected no weights, 3 or 4, found %d",
          corrector.size());
      require(
          predictor.size() == 2 || predictor.size() == 3,
          "predictor: expected 2 or 3 weights, found %d",
          predictor.size());
    }
  }
}
