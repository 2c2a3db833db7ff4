package dev.longtake.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a person may override of how a model samples; what is empty takes the model's.
 *
 * @param stepCount denoise steps
 * @param guidanceScale off at 1 and below
 * @param shift of the sigma schedule
 * @param freshNoise noise level down to which steps draw new noise; 1 is not at all
 */
public record SamplingOverrides(
    OptionalInt stepCount,
    OptionalDouble guidanceScale,
    OptionalDouble shift,
    OptionalDouble freshNoise) {

  /** Everything as the model wants it. */
  public static final SamplingOverrides NONE =
      new SamplingOverrides(OptionalInt.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  /** Those of which the last one is empty. */
  public SamplingOverrides(
      OptionalInt stepCount, OptionalDouble guidanceScale, OptionalDouble shift) {
    this(stepCount, guidanceScale, shift, OptionalDouble.empty());
  }

  public SamplingOverrides {
    requireNonNull(stepCount, "stepCount");
    stepCount.ifPresent(
        value ->
            require(
                value >= 1 && value <= StoryLimits.STEP_COUNT_MAX,
                "stepCount: expected 1 to %d, found %d",
                StoryLimits.STEP_COUNT_MAX,
                value));
    requireNonNull(guidanceScale, "guidanceScale");
    guidanceScale.ifPresent(
        value ->
            require(
                value >= 0 && value <= StoryLimits.GUIDANCE_SCALE_MAX,
                "guidanceScale: expected 0 to %s, found %s",
                StoryLimits.GUIDANCE_SCALE_MAX,
                value));
    requireNonNull(shift, "shift");
    shift.ifPresent(
        value ->
            require(
                value > 0 && value <= StoryLimits.SHIFT_MAX,
                "shift: expected more than 0 and at most %s, found %s",
                StoryLimits.SHIFT_MAX,
                value));
    requireNonNull(freshNoise, "freshNoise");
    freshNoise.ifPresent(
        value -> require(value >= 0 && value <= 1, "freshNoise: expected 0 to 1, found %s", value));
  }
}
