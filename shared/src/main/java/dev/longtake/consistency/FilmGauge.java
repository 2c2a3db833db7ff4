package dev.longtake.consistency;

import static dev.longtake.error.Require.require;

import dev.longtake.consistency.FilmFigures.FeatureFigures;
import dev.longtake.consistency.look.Feature;
import dev.longtake.consistency.look.Finder;
import dev.longtake.consistency.look.Rasters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks on as a film's shots pass, in order, and tells what is to be told of the film. */
public final class FilmGauge {

  /** Pairs of more appearances than these would take longer than looking at the film. */
  private static final int COMPARED_MAX = 300;

  private final List<ShotLayout> layouts;
  private final List<Boolean> cutsAfter;
  private final List<EntityGauge> entities;
  private final List<ShotFigures> shots = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private int asked;
  private @Nullable ShotGauge before;

  /**
   * Is to see these shots.
   *
   * @param cutsAfter for each shot whether a hard cut leads to the next one
   */
  public FilmGauge(List<ShotLayout> layouts, List<Boolean> cutsAfter, List<Entity> entities) {
    require(
        cutsAfter.size() == layouts.size(),
        "expected %d transitions, found %d",
        layouts.size(),
        cutsAfter.size());
    this.layouts = List.copyOf(layouts);
    this.cutsAfter = List.copyOf(cutsAfter);
    this.entities = entities.stream().map(EntityGauge::new).toList();
  }

  /** Takes in the next shot, all of whose frames were seen. */
  public void see(ShotGauge shot) {
    int index = shots.size();
    ShotLayout layout = layouts.get(index);
    shots.add(shot.figures());
    if (before != null && cutsAfter.get(index - 1)) {
      asked++;
      if (!isCut(before, shot)) {
        missing.add(layouts.get(index - 1).shot());
      }
    }
    List<Finder.Scene> samples =
        entities.stream().anyMatch(EntityGauge::isKnown)
            ? shot.samples().stream().map(Finder.Scene::of).toList()
            : List.of();
    entities.forEach(entity -> entity.see(index, samples, layout.samples()));
    before = shot;
  }

  private static boolean isCut(ShotGauge left, ShotGauge right) {
    int width = left.last().width();
    int height = left.last().height();
    double error =
        MotionField.between(Rasters.luma(left.last()), Rasters.luma(right.first()), width, height)
            .error();
    return Cuts.isCut(error, Math.max(left.usualError(), right.usualError()));
  }

  /** What has been seen; all shots must have been. */
  public FilmFigures figures() {
    require(
        shots.size() == layouts.size(),
        "expected %d shots, found %d",
        layouts.size(),
        shots.size());
    Comparison comparison = new Comparison(layouts.stream().map(ShotLayout::shot).toList());
    return new FilmFigures(
        shots,
        cuts(),
        entities.stream().map(entity -> comparison.of(entity, entities)).toList(),
        separation(),
        Stream.of(Feature.values()).map(it -> new FeatureFigures(it, auc(it))).toList());
  }

  /** Where entities were looked for, by entity and then by shot and frame. */
  public List<List<Appearance>> appearances() {
    return entities.stream().map(EntityGauge::appearances).toList();
  }

  private CutFigures cuts() {
    List<CutFigures.Place> extra =
        shots.stream()
            .flatMap(shot -> shot.cuts().stream().map(it -> new CutFigures.Place(shot.shot(), it)))
            .toList();
    int found = asked - missing.size();
    int all = asked + extra.size();
    return new CutFigures(asked, found, missing, extra, all == 0 ? 1 : (double) found / all);
  }

  private OptionalDouble separation() {
    return Separation.auc(
        entities.stream()
            .flatMap(entity -> entity.appearances().stream())
            .mapToDouble(Appearance::match)
            .toArray(),
        entities.stream()
            .flatMap(entity -> entity.elsewhere().stream())
            .mapToDouble(Double::doubleValue)
            .toArray());
  }

  /** Pairs of one entity in different shots against pairs of two entities of the same sort. */
  private OptionalDouble auc(Feature feature) {
    List<List<Appearance>> compared = compared();
    DoubleStream.Builder same = DoubleStream.builder();
    DoubleStream.Builder other = DoubleStream.builder();
    for (int i = 0; i < entities.size(); i++) {
      for (int j = i; j < entities.size(); j++) {
        if (isScene(i) == isScene(j)) {
          for (Appearance left : compared.get(i)) {
            for (Appearance right : compared.get(j)) {
              if (i != j || left.shot() != right.shot()) {
                (i == j ? same : other).add(left.look().cosine(right.look(), feature));
              }
            }
          }
        }
      }
    }
    return Separation.auc(same.build().toArray(), other.build().toArray());
  }

  /** All appearances by entity; of many, the middle one of each shot. */
  private List<List<Appearance>> compared() {
    List<List<Appearance>> all = appearances();
    return all.stream().mapToInt(List::size).sum() <= COMPARED_MAX
        ? all
        : all.stream().map(FilmGauge::middles).toList();
  }

  private static List<Appearance> middles(List<Appearance> appearances) {
    Map<Integer, List<Appearance>> byShot =
        appearances.stream()
            .collect(
                Collectors.groupingBy(Appearance::shot, LinkedHashMap::new, Collectors.toList()));
    return byShot.values().stream().map(it -> it.get(it.size() / 2)).toList();
  }

  private boolean isScene(int index) {
    return entities.get(index).entity().kind() == Entity.Kind.SCENE;
  }
}
