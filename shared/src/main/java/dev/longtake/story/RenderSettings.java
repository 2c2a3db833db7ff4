package dev.longtake.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.words.Word;

/**
 * What a person may say about how a story is rendered.
 *
 * @param sampling overrides of the model's
 * @param exchangeOff true only to measure what the exchange between chunks is worth
 */
public record RenderSettings(SamplingOverrides sampling, boolean exchangeOff) {

  /** What a story may say, by its word; the rest are options of the command alone. */
  public enum Key implements Word {
    STEPS,
    GUIDANCE,
    SHIFT,
    FRESH_NOISE
  }

  /** Everything as the model wants it. */
  public static final RenderSettings DEFAULT = new RenderSettings(SamplingOverrides.NONE, false);

  public RenderSettings {
    requireNonNull(sampling, "sampling");
  }
}
