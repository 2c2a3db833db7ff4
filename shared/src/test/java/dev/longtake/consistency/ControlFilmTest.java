package dev.longtake.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.consistency.FilmFigures.FeatureFigures;
import dev.longtake.consistency.look.Feature;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each figure says of films of which it is known what is wrong with them. A figure that a
 * frozen, pasted, shuffled or noisy film can fool has to have another one in its row that it
 * cannot.
 */
class ControlFilmTest {

  private static final Map<ControlFilm, FilmFigures> FIGURES = new EnumMap<>(ControlFilm.class);

  private static FilmFigures figures(ControlFilm film) {
    return FIGURES.computeIfAbsent(film, ControlFilm::figures);
  }

  /** A figure of a whole film; empty where the film is silent on it. */
  enum Figure {
    SEAM(film -> film.seamQuantile(SeamFigures::ratio, 0.5)),
    JERK(film -> film.seamQuantile(SeamFigures::jerkRatio, 0.5)),
    WARP(film -> film.seamQuantile(SeamFigures::warpRatio, 0.5)),
    PALETTE(film -> most(film, shot -> shot.drift().palette())),
    COLOR_CHANGE(film -> most(film, shot -> shot.drift().colorChange())),
    PULSE(
        film ->
            film.shots().stream().flatMapToDouble(shot -> shot.drift().pulse().stream()).average()),
    UNEXPLAINED(film -> most(film, shot -> shot.motion().unexplained())),
    STAGNATION(film -> most(film, shot -> shot.motion().stagnation())),
    CUTS(film -> OptionalDouble.of(film.cuts().accuracy())),
    FIDELITY(film -> animals(film, EntityFigures::fidelity).average()),
    CONSISTENCY(film -> animals(film, animal -> animal.looks().consistency()).average()),
    CONTRAST(film -> animals(film, animal -> animal.looks().contrast()).max()),
    COPY_PASTE(film -> animals(film, animal -> animal.looks().copyPaste()).average()),
    SEPARATION(FilmFigures::separation);

    @SuppressWarnings("ImmutableEnumChecker") // Holds nothing.
    private final Function<FilmFigures, OptionalDouble> of;

    Figure(Function<FilmFigures, OptionalDouble> of) {
      this.of = of;
    }

    private static OptionalDouble most(FilmFigures film, ToDoubleFunction<ShotFigures> figure) {
      return film.shots().stream().mapToDouble(figure).max();
    }

    private static DoubleStream animals(
        FilmFigures film, Function<EntityFigures, OptionalDouble> figure) {
      return film.entities().stream()
          .filter(entity -> entity.entity().kind() == Entity.Kind.CHARACTER)
          .flatMapToDouble(entity -> figure.apply(entity).stream());
    }
  }

  /** The table of {@code ops/docs/consistency.md}. */
  @AfterAll
  static void printTable() {
    String row = "| %s ".repeat(1 + Figure.values().length) + "|%n";
    System.out.printf(row, row("", figure -> figure.name().toLowerCase(Locale.ROOT)));
    for (ControlFilm film : ControlFilm.values()) {
      System.out.printf(
          row,
          row(
              film.name().toLowerCase(Locale.ROOT),
              figure -> {
                OptionalDouble found = figure.of.apply(figures(film));
                return found.isEmpty()
                    ? "-"
                    : String.format(Locale.ROOT, "%.2f", found.getAsDouble());
              }));
    }
  }

  private static Object[] row(String head, Function<Figure, String> cell) {
    return Stream.concat(Stream.of(head), Stream.of(Figure.values()).map(cell)).toArray();
  }

  /** Bounds are inclusive; none means that nothing may be said. */
  @ParameterizedTest
  @CsvSource({
    // What was asked for does well everywhere.
    "HONEST, SEAM, 0.5, 1.6",
    "HONEST, JERK, 0.5, 1.6",
    "HONEST, WARP, 0.5, 1.6",
    "HONEST, PALETTE, 0, 0.05",
    "HONEST, PULSE, 0, 2",
    "HONEST, UNEXPLAINED, 0, 4",
    "HONEST, STAGNATION, 0, 0",
    "HONEST, CUTS, 1, 1",
    "HONEST, FIDELITY, 0.85, 1",
    "HONEST, CONSISTENCY, 0.9, 1",
    "HONEST, CONTRAST, 0, 0.3",
    "HONEST, COPY_PASTE, 0, 0.4",
    "HONEST, SEPARATION, 0.95, 1",
    // Frozen: nothing moves, cuts are missing, most of the cast is not there.
    "FROZEN, SEAM, none, none",
    "FROZEN, STAGNATION, 1, 1",
    "FROZEN, CUTS, 0, 0",
    "FROZEN, FIDELITY, 0, 0.4",
    "FROZEN, SEPARATION, 0, 0.8",
    // A still for each shot: only motion tells, and no seam ratio is given.
    "STILLS, SEAM, none, none",
    "STILLS, PALETTE, 0, 0",
    "STILLS, STAGNATION, 1, 1",
    // Pasted: consistent and faithful, and told by the share that is repeated.
    "PASTED, FIDELITY, 0.9, 1",
    "PASTED, CONSISTENCY, 0.95, 1",
    "PASTED, COPY_PASTE, 0.75, 1",
    // The wrong cast: seams, drift and motion see nothing; fidelity does.
    "SHUFFLED, SEAM, 0.5, 1.6",
    "SHUFFLED, STAGNATION, 0, 0",
    "SHUFFLED, FIDELITY, 0, 0.2",
    "SHUFFLED, CONSISTENCY, none, none",
    // Noise: its seams are perfect, it never stands still and it does not drift.
    "NOISE, SEAM, 0.9, 1.1",
    "NOISE, PALETTE, 0, 0.05",
    "NOISE, STAGNATION, 0, 0",
    "NOISE, UNEXPLAINED, 30, 255",
    "NOISE, FIDELITY, 0, 0.1",
    "NOISE, CONSISTENCY, none, none",
    "NOISE, COPY_PASTE, 0, 0.1",
    // A cut in the middle of each shot, which no boundary is near.
    "MIDDLE_CUT, SEAM, 0.5, 1.8",
    "MIDDLE_CUT, PALETTE, 0.5, 1",
    "MIDDLE_CUT, COLOR_CHANGE, 10, 200",
    "MIDDLE_CUT, CUTS, 0, 0.6",
    "MIDDLE_CUT, FIDELITY, 0.3, 0.7",
    // Jumps where chunks meet.
    "SEAMS, SEAM, 2.5, 100",
    "SEAMS, JERK, 2.5, 100",
    "SEAMS, WARP, 2.5, 100",
    "SEAMS, FIDELITY, 0.9, 1",
    // Colours that change slowly: seams are blind to them.
    "RECOLORED, SEAM, 0.5, 1.6",
    "RECOLORED, CUTS, 1, 1",
    "RECOLORED, PALETTE, 0.4, 1",
    "RECOLORED, COLOR_CHANGE, 5, 100",
    "RECOLORED, FIDELITY, 0, 0.7",
    // A beat once a chunk.
    "PULSING, PULSE, 3, 100",
    "PULSING, FIDELITY, 0.85, 1",
  })
  void figure_ofAControlFilm_isNotFooled(
      ControlFilm film, Figure figure, String least, String most) {
    OptionalDouble found = figure.of.apply(figures(film));

    if (least.equals("none")) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found.orElseThrow())
          .isBetween(Double.parseDouble(least), Double.parseDouble(most));
    }
  }

  /** A feature that does not tell entities apart must not go into their likeness. */
  @Test
  void features_inUse_tellEntitiesApart() {
    for (FeatureFigures feature : figures(ControlFilm.HONEST).features()) {
      assertThat(feature.auc().orElseThrow() >= 0.9)
          .as("%s has an AUC of %s", feature.feature(), feature.auc())
          .isEqualTo(feature.feature().isUsed());
    }
    assertThat(Feature.COLOR.isUsed()).isTrue();
  }

  @Test
  void cuts_inTheMiddleOfAShot_areWhereTheyWereMade() {
    assertThat(figures(ControlFilm.MIDDLE_CUT).cuts().extra())
        .allSatisfy(place -> assertThat(place.frame()).isEqualTo(19));
  }

  @Test
  void decay_ofAnEntityInTwoShots_isByTheirDistance() {
    EntityFigures rhino = figures(ControlFilm.HONEST).entities().getFirst();

    assertThat(rhino.decay()).extracting(EntityFigures.Decay::distance).containsExactly(0, 3);
    assertThat(rhino.decay()).extracting(EntityFigures.Decay::pairs).containsExactly(20, 25);
    assertThat(rhino.decaySlope().orElseThrow()).isNegative();
  }

  @Test
  void worstShot_ofARecoloredAnimal_isTold() {
    assertThat(figures(ControlFilm.RECOLORED).entities())
        .anySatisfy(
            entity ->
                assertThat(entity.looks().worst())
                    .hasValueSatisfying(
                        worst ->
                            assertThat(worst.cosine())
                                .isLessThan(entity.looks().consistency().orElseThrow())));
  }
}
