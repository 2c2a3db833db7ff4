package dev.longtake.coordinator.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.story.Transition;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TimelineTest {

  @Test
  void of_cut_showsEveryFrameOnce() {
    List<FilmFrame> film = Timeline.of(List.of(2, 1), List.of(new Transition.Cut()));

    assertThat(film)
        .containsExactly(
            new FilmFrame.Plain(0, 0), new FilmFrame.Plain(0, 1), new FilmFrame.Plain(1, 0));
  }

  @Test
  void of_dissolve_showsTheEndAndTheStartTogether() {
    Transition dissolve = new Transition.Dissolve(2);

    List<FilmFrame> film = Timeline.of(List.of(3, 4), List.of(dissolve));

    assertThat(film)
        .containsExactly(
            new FilmFrame.Plain(0, 0),
            blended(dissolve, 0, OptionalInt.of(1), OptionalInt.of(0)),
            blended(dissolve, 1, OptionalInt.of(2), OptionalInt.of(1)),
            new FilmFrame.Plain(1, 2),
            new FilmFrame.Plain(1, 3));
    assertThat(film).extracting(FilmFrame::shotIndex).containsExactly(0, 0, 0, 1, 1);
  }

  @Test
  void of_fade_showsTheEndAndThenTheStart() {
    Transition fade = new Transition.Fade(3, 0x102030);

    List<FilmFrame> film = Timeline.of(List.of(3, 3), List.of(fade));

    assertThat(film)
        .containsExactly(
            new FilmFrame.Plain(0, 0),
            blended(fade, 0, OptionalInt.of(1), OptionalInt.empty()),
            blended(fade, 1, OptionalInt.of(2), OptionalInt.empty()),
            blended(fade, 2, OptionalInt.empty(), OptionalInt.of(0)),
            new FilmFrame.Plain(1, 1),
            new FilmFrame.Plain(1, 2));
    assertThat(film).extracting(FilmFrame::shotIndex).containsExactly(0, 0, 0, 1, 1, 1);
  }

  private static FilmFrame blended(
      Transition transition, int index, OptionalInt previous, OptionalInt next) {
    return new FilmFrame.Blended(0, transition, index, previous, next);
  }

  @Test
  void of_transitionsLongerThanTheShot_isRefused() {
    var transitions = List.<Transition>of(new Transition.Dissolve(3), new Transition.Dissolve(3));

    assertThatThrownBy(() -> Timeline.of(List.of(9, 5, 9), transitions))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shot 1 has 5 frames, too few for its transitions");
  }
}
