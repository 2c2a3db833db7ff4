package dev.longtake.sampling;

import static java.util.Objects.requireNonNull;

import dev.longtake.denoise.SigmaSchedule;
import java.util.List;

/**
 * UniPC of order 2 with the {@code bh2} function, predicting x0, order lowered at both ends, and
 * the corrector always on: one model call a step, and fewer steps than Euler for the same picture.
 *
 * <h2>One step</h2>
 *
 * <p>Legend: {@code lambda = ln((1 - sigma) / sigma)}; {@code m} the x0 estimate {@code x - sigma
 * v}; {@code i} this step, {@code i-1} the last; {@code h} the difference of two lambdas; {@code E
 * = exp(-h) - 1}.
 *
 * <ol>
 *   <li>{@code m_i} from the predicted latents and the velocity.
 *   <li>Corrector (from step 1 on): the last step is taken again, now knowing {@code m_i}. {@code
 *       m_i} itself is not recomputed.
 *   <li>Predictor: from the corrected latents to the next level, of order 1 on the first and the
 *       last step, else of order 2.
 * </ol>
 *
 * <p>Both are sums of at most five tensors with scalar weights, so the class only computes the
 * weights, in double.
 *
 * @param first the step that it begins with, without memory; 0 unless others come before it
 * @see <a href="https://arxiv.org/abs/2302.04867">Zhao et al., UniPC, 2023, algorithms 5 and 6</a>
 */
public record UniPcSampler(SigmaSchedule schedule, int first) implements Sampler {

  public UniPcSampler {
    requireNonNull(schedule, "schedule");
  }

  /** One that begins with the first step. */
  public UniPcSampler(SigmaSchedule schedule) {
    this(schedule, 0);
  }

  @Override
  public int historyCount(int stepIndex) {
    int taken = stepIndex - first;
    return stepIndex >= schedule.stepCount() ? 0 : Math.min(taken, 2) + (taken > 0 ? 1 : 0);
  }

  @Override
  public SolverStep.Multistep plan(int stepIndex) {
    List<Double> corrector = stepIndex == first ? List.of() : correctorWeights(stepIndex);
    return new SolverStep.Multistep(
        schedule.sigma(stepIndex), corrector, predictorWeights(stepIndex));
  }

  private int order(int step) {
    return Math.min(2, Math.min(schedule.stepCount() - step, step - first + 1));
  }

  /** Weights of the latents and m before, of m now, and for order 2 of m two steps before. */
  private List<Double> correctorWeights(int step) {
    double sigma = schedule.sigma(step);
    double h = lambda(step) - lambda(step - 1);
    double e = Math.expm1(-h);
    double keep = sigma / schedule.sigma(step - 1);
    double gain = -(1.0 - sigma) * e;
    if (order(step - 1) == 1) {
      return List.of(keep, 0.5 * gain, 0.5 * gain);
    }
    double r = (lambda(step - 2) - lambda(step - 1)) / h;
    double phi = -e / h - 1.0;
    double b1 = phi / e;
    double b2 = 2.0 * (-phi / h - 0.5) / e;
    double rho0 = (b1 - b2) / (1.0 - r);
    double rho1 = b1 - rho0;
    return List.of(keep, gain * rho1, gain * (1.0 - rho0 / r - rho1), gain * rho0 / r);
  }

  /** Weights of the latents and m now, and for order 2 of m one step before. */
  private List<Double> predictorWeights(int step) {
    double sigmaNext = schedule.sigma(step + 1);
    double h = lambda(step + 1) - lambda(step);
    double keep = sigmaNext / schedule.sigma(step);
    double gain = -(1.0 - sigmaNext) * Math.expm1(-h);
    if (order(step) == 1) {
      return List.of(keep, gain);
    }
    double half = 0.5 * h / (lambda(step - 1) - lambda(step));
    return List.of(keep, gain * (1.0 - half), gain * half);
  }

  private double lambda(int step) {
    double sigma = schedule.sigma(step);
    return Math.log(1.0 - sigma) - Math.log(sigma);
  }
}
