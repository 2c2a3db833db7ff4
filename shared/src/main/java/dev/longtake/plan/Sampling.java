package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.story.SamplingOverrides;

/**
 * How noise becomes latents.
 *
 * @param stepCount denoise steps
 * @param guidanceScale how strongly the prompt is followed; off at 1 and below
 * @param shift of the sigma schedule
 * @param sharedNoise variance that the start noise of all latent frames of a shot has in common, 0
 *     to 1; 0 is what the public checkpoints were trained with
 * @param freshNoise noise level, 0 to 1, down to which each step goes to its estimate of the
 *     picture under noise drawn anew, instead of straight on; 1 is not at all
 */
public record Sampling(
    int stepCount,
    double guidanceScale,
    double shift,
    Solver solver,
    double sharedNoise,
    double freshNoise) {

  public Sampling {
    require(stepCount > 0, "stepCount is not positive: %d", stepCount);
    require(Double.isFinite(guidanceScale), "guidanceScale is not a number: %s", guidanceScale);
    require(shift > 0 && Double.isFinite(shift), "shift is not positive: %s", shift);
    requireNonNull(solver, "solver");
    require(
        sharedNoise >= 0 && sharedNoise <= 1,
        "sharedNoise: expected 0 to 1, found %s",
        sharedNoise);
    require(
        freshNoise >= 0 && freshNoise <= 1, "freshNoise: expected 0 to 1, found %s", freshNoise);
  }

  /** With no noise drawn anew. */
  public Sampling(
      int stepCount, double guidanceScale, double shift, Solver solver, double sharedNoise) {
    this(stepCount, guidanceScale, shift, solver, sharedNoise, 1);
  }

  /** Whether steps draw new noise while the noise level is high. */
  public boolean isRenewed() {
    return freshNoise < 1;
  }

  /** Whether each step also needs the prediction for the negative prompt. */
  public boolean isGuided() {
    return guidanceScale > 1;
  }

  /** The same where a story says nothing else. */
  public Sampling with(SamplingOverrides overrides) {
    return new Sampling(
        overrides.stepCount().orElse(stepCount),
        overrides.guidanceScale().orElse(guidanceScale),
        overrides.shift().orElse(shift),
        solver,
        sharedNoise,
        overrides.freshNoise().orElse(freshNoise));
  }
}
