package dev.longtake.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.consistency.EntityFigures.Looks;
import dev.longtake.consistency.EntityFigures.ShotShare;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EntityFiguresTest {

  private static EntityFigures figures(ShotShare... shares) {
    return new EntityFigures(
        new Entity("rosie", Entity.Kind.CHARACTER, List.of(), List.of()),
        List.of("a", "b"),
        6,
        List.of(shares),
        new Looks(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty()),
        List.of(),
        OptionalDouble.empty());
  }

  /** A shot of one frame counts as one frame, not as much as one of many. */
  @Test
  void fidelity_ofShotsOfSeveralLengths_isTheShareOfFrames() {
    EntityFigures rosie = figures(new ShotShare("a", 1, 1), new ShotShare("b", 2, 5));
    EntityFigures leo = figures(new ShotShare("a", 1, 2));

    assertThat(rosie.fidelity()).hasValue(0.5);
    assertThat(
            new FilmFigures(
                    List.of(),
                    new CutFigures(0, 0, List.of(), List.of(), 1),
                    List.of(rosie, leo),
                    OptionalDouble.empty(),
                    List.of())
                .fidelity())
        .hasValue(0.5);
    assertThat(rosie.share("b")).hasValue(0.4);
  }

  @Test
  void fidelity_ofNothingLookedAt_isNotKnown() {
    assertThat(figures().fidelity()).isEmpty();
  }
}
