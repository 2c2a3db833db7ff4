package dev.longtake.consistency;

import dev.longtake.consistency.look.Box;
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
  private final List<Known> known;
  private final List<Appearance> appearances = new ArrayList<>();
  private final List<Double> elsewhere = new ArrayList<>();

  EntityGauge(Entity entity) {
    this.entity = entity;
    this.known = entity.pictures().stream().map(Likeness::of).map(Known::of).toList();
  }

  /** A reference picture; what fills its picture is not cut out, and cannot be pasted. */
  private record Known(Likeness likeness, Optional<Pasting> pasting) {

    static Known of(Likeness likeness) {
      return new Known(
          likeness, likeness.isCutOut() ? Optional.of(Pasting.of(likeness)) : Optional.empty());
    }
  }

  /** Whether it can be looked for. */
  boolean isKnown() {
    return !known.isEmpty();
  }

  /**
   * Looks at the samples of a shot.
   *
   * @param shot its index
   * @param samples some of its frames
   * @param frames their indices within the shot
   */
  void see(int shot, List<Finder.Scene> samples, List<Integer> frames) {
    if (known.isEmpty() || samples.isEmpty()) {
      return;
    }
    int middle = samples.size() / 2;
    if (!entity.shots().contains(shot)) {
      elsewhere.add(best(samples.get(middle)).found().match());
      return;
    }
    for (int i = 0; i < samples.size(); i++) {
      Best best = best(samples.get(i));
      appearances.add(
          new Appearance(
              shot,
              frames.get(i),
              best.found().match(),
              i == middle ? closeup(samples.get(i).frame(), best) : Optional.empty(),
              best.found().look().aligned(known.getFirst().likeness().look())));
    }
  }

  private static Optional<Appearance.Closeup> closeup(Pixels frame, Best best) {
    Box box = best.found().box();
    return best.known()
        .pasting()
        .map(it -> new Appearance.Closeup(it.share(frame, box), Rasters.cut(frame, box)));
  }

  private record Best(Known known, Finder.Found found) {}

  private Best best(Finder.Scene scene) {
    return known.stream()
        .map(it -> new Best(it, Finder.find(scene, it.likeness())))
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
    return known.stream().map(Known::likeness).toList();
  }
}
