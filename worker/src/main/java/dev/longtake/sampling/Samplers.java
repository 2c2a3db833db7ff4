package dev.longtake.sampling;

import static dev.longtake.error.Require.require;

import dev.longtake.denoise.SigmaSchedule;
import dev.longtake.denoise.TimestepRule;
import dev.longtake.plan.Solver;

/** Makes the sampler of each solver: the one place that knows which class it is. */
public final class Samplers {

  private Samplers() {}

  /**
   * The sampler of a solver.
   *
   * @throws IllegalArgumentException if a number is out of range, see {@link SigmaSchedule#of}
   */
  public static Sampler of(Solver solver, int stepCount, double shift) {
    return of(solver, stepCount, shift, 1);
  }

  /**
   * The same whose steps draw new noise down to a noise level.
   *
   * @param freshNoise the noise level, 0 to 1; 1 is not at all, 0 at every step
   * @throws IllegalArgumentException if it is out of range, or another number is
   */
  public static Sampler of(Solver solver, int stepCount, double shift, double freshNoise) {
    require(
        freshNoise >= 0 && freshNoise <= 1, "freshNoise: expected 0 to 1, found %s", freshNoise);
    int renewed =
        SigmaSchedule.inUse(TimestepRule.EXACT, stepCount, shift).stepsRenewed(freshNoise);
    Sampler after = from(renewed, solver, stepCount, shift);
    return renewed == 0 ? after : new RenewingSampler(renewed, after);
  }

  private static Sampler from(int first, Solver solver, int stepCount, double shift) {
    return switch (solver) {
      case EULER -> new EulerSampler(SigmaSchedule.inUse(TimestepRule.EXACT, stepCount, shift));
      case UNIPC ->
          new UniPcSampler(SigmaSchedule.inUse(TimestepRule.TRUNCATED, stepCount, shift), first);
    };
  }
}
