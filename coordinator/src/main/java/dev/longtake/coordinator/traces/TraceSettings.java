package dev.longtake.coordinator.traces;

import dev.longtake.config.EmptyWord;
import dev.longtake.config.Ranges;
import dev.longtake.trace.otlp.TraceTarget;
import java.util.Optional;

/**
 * Which stories are traced, and where traces go.
 *
 * @param endpoint empty for nowhere
 * @param percentOfStories a story is traced as a whole or not at all
 */
public record TraceSettings(
    @EmptyWord("off") Optional<TraceTarget> endpoint, int percentOfStories) {

  public TraceSettings {
    new Ranges().between("percentOfStories", percentOfStories, 1, 100).check();
  }
}
