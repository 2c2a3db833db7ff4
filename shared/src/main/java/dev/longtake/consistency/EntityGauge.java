package dev.longtake.consistency;

import dev.longtake.consistency.look.Finder;
import dev.longtake.consistency.look.Likeness;
import dev.longtake.consistency.look.Pasting;
import dev.longtake.consistency.look.Rasters;
import dev.longtake.picture.Pixels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Looks for one entity in the shots of a film: where the story schedules it, and, to know what a
 * match is worth, where it does not. An entity without pictures cannot be looked for.
 */
final class EntityGauge {

  private final Entity entity;
  private final List<Likeness> likenesses;
  private final List<Appearance> appearances = new ArrayList<>();
  private final List<Double> elsewhere = new ArrayList<>();

  EntityGauge(Entity entity) {
    this.entity = entity;
    this.likenesses = entity.pictures().stream().map(Likeness::of).toList();
  }

  /**
   * Looks at the samples of a shot.
   *
   * @param shot its index
   * @param samples some of its frames
   * @param frames their indices within the shot
   */
  void see(int shot, List<Pixels> samples, List<Integer> frames) {
    if (likenesses.isEmpty() || samples.isEmpty()) {
      return;
    }
    int middle = samples.size() / 2;
    if (!entity.shots().contains(shot)) {
      elsewhere.add(best(Finder.Scene.of(samples.get(middle))).found().match());
      return;
    }
    for (int i = 0; i < samples.size(); i++) {
      Best best = best(Finder.Scene.of(samples.get(i)));
      Finder.Found found = best.found();
      Optional<Double> pasted =
          i == middle && best.likeness().isCutOut()
              ? Optional.of(Pasting.share(samples.get(i), found.box(), best.likeness()))
              : Optional.empty();
      appearances.add(
          new Appearance(
              shot,
              frames.get(i),
              found.match(),
              pasted,
              found.box(),
              Rasters.cut(samples.get(i), found.box()),
              found.look().aligned(likenesses.getFirst().look())));
    }
  }

  private record Best(Likeness likeness, Finder.Found found) {}

  private Best best(Finder.Scene scene) {
    return likenesses.stream()
        .map(likeness -> new Best(likeness, Finder.find(scene, likeness)))
        .max(Comparator.comparingDouble(best -> best.found().match()))
        .orElseThrow();
  }

  Entity entity() {
    return entity;
  }

  /** Where the story schedules it, by shot and frame. */
  List<Appearance> appearances() {
    return List.copyOf(appearances);
  }

  /** Its best match in each shot that the story does not schedule it for. */
  List<Double> elsewhere() {
    return List.copyOf(elsewhere);
  }

  List<Likeness> likenesses() {
    return likenesses;
  }
}
