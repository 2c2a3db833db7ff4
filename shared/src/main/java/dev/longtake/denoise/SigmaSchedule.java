package dev.longtake.denoise;

import static java.util.Objects.requireNonNull;

/**
 * The noise levels of one sampling: {@code stepCount + 1} sigmas falling from about 1 to exactly 0,
 * and the timestep that goes with each step. Immutable.
 *
 * <p>Tables are computed in double precision and kept as floats, as the published schedulers do.
 *
 * @see SigmaTable
 */
public final class SigmaSchedule {

  private static final double TRAIN_TIMESTEPS = 1000.0;

  private final float[] sigmas;
  private final float[] timesteps;

  private SigmaSchedule(float[] sigmas, float[] timesteps) {
    this.sigmas = sigmas;
    this.timesteps = timesteps;
  }

  /**
   * Computes a schedule.
   *
   * @param stepCount denoise steps, from 1 to 1000
   * @param shift {@code k} of the table's shift, positive; 1 leaves the levels evenly spaced
   * @throws IllegalArgumentException if a number is out of range
   */
  public static SigmaSchedule of(SigmaTable table, TimestepRule rule, int stepCount, double shift) {
    requireNonNull(rule, "rule");
    if (stepCount < 1 || stepCount > 1000) {
      throw new IllegalArgumentException("stepCount must be from 1 to 1000: " + stepCount);
    }
    if (!(shift > 0.0 && shift <= 1000.0)) {
      throw new IllegalArgumentException("shift must be above 0 and at most 1000: " + shift);
    }
    double[] levels = levels(table, stepCount, shift);
    float[] sigmas = new float[stepCount + 1];
    float[] timesteps = new float[stepCount];
    for (int i = 0; i < stepCount; i++) {
      sigmas[i] = (float) levels[i];
      timesteps[i] =
          switch (rule) {
            case EXACT -> (float) (sigmas[i] * TRAIN_TIMESTEPS);
            case TRUNCATED -> (float) Math.floor(levels[i] * TRAIN_TIMESTEPS);
          };
    }
    return new SigmaSchedule(sigmas, timesteps);
  }

  /**
   * The schedule that shots are denoised by.
   *
   * <p>All solvers walk down Wan's own table: diffusers' Euler table spends its last step on next
   * to nothing, which few-step renders cannot afford.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public static SigmaSchedule inUse(TimestepRule rule, int stepCount, double shift) {
    return of(SigmaTable.WAN, rule, stepCount, shift);
  }

  private static double[] levels(SigmaTable table, int stepCount, double shift) {
    double[] levels = new double[stepCount];
    for (int i = 0; i < stepCount; i++) {
      double done = (double) i / stepCount;
      levels[i] =
          switch (table) {
            case WAN -> shifted(shift, 0.999 * (1.0 - done));
            case UNIPC_CURRENT -> belowOne(shifted(shift, 1.0 - 0.999 * done));
            case EULER -> shifted(shift, spacedToShiftedEnd(i, stepCount, shift));
          };
    }
    return levels;
  }

  private static double shifted(double shift, double sigma) {
    return shift * sigma / (1.0 + (shift - 1.0) * sigma);
  }

  /** A solver that takes {@code ln((1 - sigma) / sigma)} needs the first level just below 1. */
  private static double belowOne(double sigma) {
    return Math.abs(sigma - 1.0) < 1e-6 ? sigma - 1e-6 : sigma;
  }

  private static double spacedToShiftedEnd(int step, int stepCount, double shift) {
    // The published class computes the end in 32 bits throughout.
    float last = (float) (1.0 / TRAIN_TIMESTEPS);
    double end = (float) shift * last / (1.0f + (float) (shift - 1.0) * last);
    return stepCount == 1 ? 1.0 : 1.0 + (end - 1.0) * step / (stepCount - 1);
  }

  /** Denoise steps, at least 1. */
  public int stepCount() {
    return timesteps.length;
  }

  /** Noise level at the start of a step; {@code sigma(stepCount())} is 0. */
  public float sigma(int stepIndex) {
    return sigmas[stepIndex];
  }

  /** The model's time input at a step, in [0, 1000]. */
  public float timestep(int stepIndex) {
    return timesteps[stepIndex];
  }

  /**
   * The first steps that end in noise drawn anew, as {@code Sampling.freshNoise} asks for: those
   * that begin at that noise level or above.
   *
   * @param freshNoise 0 to 1; 1 is none
   */
  public int stepsRenewed(double freshNoise) {
    int renewed = 0;
    while (renewed < stepCount() && freshNoise < 1 && sigma(renewed) >= freshNoise) {
      renewed++;
    }
    return renewed;
  }
}
