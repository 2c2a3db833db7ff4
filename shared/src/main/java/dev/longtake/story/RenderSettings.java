package dev.longtake.story;

import static java.util.Objects.requireNonNull;

/**
 * What a person may say about how a story is rendered.
 *
 * @param sampling overrides of the model's
 * @param exchangeOff true only to measure what the exchange between chunks is worth
 */
public record RenderSettings(SamplingOverrides sampling, boolean exchangeOff) {

  /** Everything as the model wants it. */
  public static final RenderSettings DEFAULT = new RenderSettings(SamplingOverrides.NONE, false);

  public RenderSettings {
    requireNonNull(sampling, "sampling");
  }
}
