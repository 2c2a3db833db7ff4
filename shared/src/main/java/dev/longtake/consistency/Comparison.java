package dev.longtake.consistency;

import dev.longtake.consistency.EntityFigures.Decay;
import dev.longtake.consistency.EntityFigures.Looks;
import dev.longtake.consistency.EntityFigures.ShotCosine;
import dev.longtake.consistency.EntityFigures.ShotShare;
import dev.longtake.consistency.look.Look;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares the looks of an entity's appearances.
 *
 * <p>Consistency, worst shot and decay by distance are those of EntityBench (Catherine-R-He, {@code
 * eval/evaluate_benchmark.py}): each appearance against the centroid of all, pooled by appearance;
 * only what passes the gate of fidelity goes in.
 */
final class Comparison {

  private final List<String> shotIds;

  Comparison(List<String> shotIds) {
    this.shotIds = List.copyOf(shotIds);
  }

  EntityFigures of(EntityGauge gauge, List<EntityGauge> all) {
    Entity entity = gauge.entity();
    List<Appearance> found = gauge.appearances().stream().filter(Appearance::isFaithful).toList();
    List<Decay> decay = decay(found);
    return new EntityFigures(
        entity,
        entity.shots().stream().map(shotIds::get).toList(),
        gauge.appearances().size(),
        byShot(gauge),
        looks(gauge, found, others(gauge, all)),
        decay,
        slope(decay));
  }

  private List<ShotShare> byShot(EntityGauge gauge) {
    return gauge.entity().shots().stream()
        .flatMap(
            shot -> {
              List<Appearance> here =
                  gauge.appearances().stream().filter(it -> it.shot() == shot).toList();
              return here.isEmpty()
                  ? Stream.empty()
                  : Stream.of(
                      new ShotShare(
                          shotIds.get(shot),
                          (int) here.stream().filter(Appearance::isFaithful).count(),
                          here.size()));
            })
        .toList();
  }

  /** What passes for other entities of the same sort: those cut out, or those that fill a frame. */
  private static List<Appearance> others(EntityGauge gauge, List<EntityGauge> all) {
    boolean isScene = gauge.entity().kind() == Entity.Kind.SCENE;
    return all.stream()
        .filter(other -> other != gauge)
        .filter(other -> (other.entity().kind() == Entity.Kind.SCENE) == isScene)
        .flatMap(other -> other.appearances().stream())
        .filter(Appearance::isFaithful)
        .toList();
  }

  private Looks looks(EntityGauge gauge, List<Appearance> found, List<Appearance> others) {
    OptionalDouble reference =
        found.stream()
            .mapToDouble(
                it ->
                    gauge.likenesses().stream()
                        .mapToDouble(likeness -> it.look().cosine(likeness.look()))
                        .max()
                        .orElse(0))
            .average();
    OptionalDouble copyPaste =
        gauge.appearances().stream()
            .flatMap(it -> it.closeup().stream())
            .mapToDouble(Appearance.Closeup::pasted)
            .average();
    if (found.size() < 2) {
      return new Looks(
          OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty(), reference, copyPaste);
    }
    double[] centroid = Look.centroid(found.stream().map(Appearance::look).toList());
    return new Looks(
        mean(found, centroid),
        mean(others, centroid),
        worst(found, centroid),
        reference,
        copyPaste);
  }

  private static OptionalDouble mean(List<Appearance> appearances, double[] centroid) {
    return appearances.stream().mapToDouble(it -> Look.dot(it.look().vector(), centroid)).average();
  }

  private Optional<ShotCosine> worst(List<Appearance> found, double[] centroid) {
    return found.stream()
        .map(Appearance::shot)
        .distinct()
        .map(
            shot ->
                new ShotCosine(
                    shotIds.get(shot),
                    mean(found.stream().filter(it -> it.shot() == shot).toList(), centroid)
                        .orElse(0)))
        .min(Comparator.comparingDouble(ShotCosine::cosine));
  }

  private static List<Decay> decay(List<Appearance> found) {
    Map<Integer, DoubleSummaryStatistics> byDistance = new TreeMap<>();
    for (int i = 0; i < found.size(); i++) {
      for (int j = i + 1; j < found.size(); j++) {
        int distance = Math.abs(found.get(i).shot() - found.get(j).shot());
        byDistance
            .computeIfAbsent(distance, key -> new DoubleSummaryStatistics())
            .accept(found.get(i).look().cosine(found.get(j).look()));
      }
    }
    List<Decay> decay = new ArrayList<>();
    byDistance.forEach(
        (distance, cosines) ->
            decay.add(new Decay(distance, cosines.getAverage(), (int) cosines.getCount())));
    return decay;
  }

  /** The slope of least squares over the distances, each as often as it has pairs. */
  private static OptionalDouble slope(List<Decay> decay) {
    double pairs = decay.stream().mapToDouble(Decay::pairs).sum();
    double x = decay.stream().mapToDouble(it -> it.pairs() * (double) it.distance()).sum() / pairs;
    double y = decay.stream().mapToDouble(it -> it.pairs() * it.cosine()).sum() / pairs;
    double together = 0;
    double alone = 0;
    for (Decay it : decay) {
      together += it.pairs() * (it.distance() - x) * (it.cosine() - y);
      alone += it.pairs() * (it.distance() - x) * (it.distance() - x);
    }
    return decay.size() < 2 ? OptionalDouble.empty() : OptionalDouble.of(together / alone);
  }
}
