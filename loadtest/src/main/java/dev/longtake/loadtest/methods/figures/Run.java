package dev.longtake.loadtest.methods.figures;

import dev.longtake.consistency.FilmFigures;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What came of one shot of one length from one seed by one method.
 *
 * @param method a method's word, or a control film's
 * @param chunkSteps 0 for a control film
 * @param latentFrameSteps 0 for a control film
 * @param figures what could be measured
 */
public record Run(
    String shot,
    int seconds,
    long seed,
    String method,
    long chunkSteps,
    long latentFrameSteps,
    Map<Metric, Double> figures) {

  public Run {
    figures = Map.copyOf(figures);
  }

  /** The figures of a film that are known. */
  public static Map<Metric, Double> figures(FilmFigures film) {
    Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      OptionalDouble value = metric.of(film);
      if (value.isPresent()) {
        figures.put(metric, value.getAsDouble());
      }
    }
    return figures;
  }

  /** Whether both are of the same shot, length and seed. */
  boolean isTwinOf(Run other) {
    return shot.equals(other.shot) && seconds == other.seconds && seed == other.seed;
  }
}
