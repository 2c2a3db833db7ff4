package dev.longtake.consistency;

import dev.longtake.consistency.look.Feature;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Everything that is told of a film.
 *
 * @param separation how well matches tell the shots that the story schedules an entity for from
 *     those that it does not: 1 always, 0.5 not at all (area under the ROC curve)
 * @param features how well each feature tells the looks of one entity from those of others
 */
public record FilmFigures(
    List<ShotFigures> shots,
    CutFigures cuts,
    List<EntityFigures> entities,
    OptionalDouble separation,
    List<FeatureFigures> features) {

  /** How well a feature tells the looks of one entity from those of others in this film. */
  public record FeatureFigures(Feature feature, OptionalDouble auc) {}

  public FilmFigures {
    shots = List.copyOf(shots);
    entities = List.copyOf(entities);
    features = List.copyOf(features);
  }

  /** All boundaries, in order. */
  public List<SeamFigures> seams() {
    return shots.stream().flatMap(shot -> shot.seams().stream()).toList();
  }

  /** A figure's value that this share of the boundaries is below; empty where none is known. */
  public OptionalDouble seamQuantile(Function<SeamFigures, OptionalDouble> figure, double share) {
    return Series.quantile(
        seams().stream().map(figure).flatMapToDouble(OptionalDouble::stream).toArray(), share);
  }

  /**
   * The share of appearances that show what was asked for; empty where none could be looked for.
   */
  public OptionalDouble fidelity() {
    return EntityFigures.share(
        entities.stream().flatMap(entity -> entity.byShot().stream()).toList());
  }

  /** The highest copy-paste share of any entity. */
  public OptionalDouble copyPaste() {
    return entities.stream().flatMapToDouble(entity -> entity.looks().copyPaste().stream()).max();
  }
}
