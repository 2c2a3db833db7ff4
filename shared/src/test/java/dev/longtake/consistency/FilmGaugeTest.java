package dev.longtake.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.consistency.PaperWorld.Animal;
import dev.longtake.consistency.PaperWorld.Place;
import dev.longtake.consistency.PaperWorld.Pose;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FilmGaugeTest {

  private static final int FRAMES = 5;

  /** Shots of five frames, of a rhino and a lion in turn. */
  private static FilmGauge film(int shots) {
    List<ShotLayout> layouts =
        IntStream.range(0, shots)
            .mapToObj(i -> new ShotLayout("shot-" + i, FRAMES, List.of(), 5))
            .toList();
    FilmGauge film =
        new FilmGauge(
            layouts,
            Collections.nCopies(shots, true),
            List.of(
                entity(Animal.RHINO, shots, 0),
                entity(Animal.LION, shots, 1),
                new Entity(
                    "park",
                    Entity.Kind.SCENE,
                    List.of(PaperWorld.reference(Place.PARK)),
                    IntStream.range(0, shots).boxed().toList())));
    for (int shot = 0; shot < shots; shot++) {
      ShotGauge gauge = new ShotGauge(layouts.get(shot), FrameChanges.STILL);
      for (int at = 0; at < FRAMES; at++) {
        Animal animal = shot % 2 == 0 ? Animal.RHINO : Animal.LION;
        gauge.see(
            PaperWorld.frame(Place.PARK, animal, new Pose(40 + 4 * at, 0, 1, false, 1), 0.2 * at));
      }
      film.see(gauge);
    }
    return film;
  }

  private static Entity entity(Animal animal, int shots, int first) {
    return new Entity(
        animal.name(),
        Entity.Kind.CHARACTER,
        List.of(PaperWorld.reference(animal)),
        IntStream.range(0, shots).filter(i -> i % 2 == first).boxed().toList());
  }

  /** Only they are shown: kept for all frames, they would be most of what a film takes. */
  @Test
  void appearances_ofAFilm_haveOneCloseupAShotOfWhatIsCutOut() {
    List<List<Appearance>> appearances = film(4).appearances();

    for (List<Appearance> animal : appearances.subList(0, 2)) {
      assertThat(animal).hasSize(2 * FRAMES);
      assertThat(animal)
          .filteredOn(it -> it.closeup().isPresent())
          .extracting(Appearance::frame)
          .containsExactly(2, 2);
    }
    assertThat(appearances.getLast())
        .hasSize(4 * FRAMES)
        .allSatisfy(it -> assertThat(it.closeup()).isEmpty());
  }
}
