package dev.longtake.coordinator.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.story.Transition;
import java.util.List;
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
  void of_dissolve_mixesTheEndWithTheStart() {
    List<FilmFrame> film = Timeline.of(List.of(3, 4), List.of(new Transition.Dissolve(2)));

    assertThat(film)
        .containsExactly(
            new FilmFrame.Plain(0, 0),
            new FilmFrame.Mixed(0, 1, 0, 1, 3),
            new FilmFrame.Mixed(0, 2, 1, 2, 3),
            new FilmFrame.Plain(1, 2),
            new FilmFrame.Plain(1, 3));
  }

  @Test
  void of_fade_reachesTheColourAndComesBack() {
    List<FilmFrame> film = Timeline.of(List.of(3, 3), List.of(new Transition.Fade(3, 0x102030)));

    assertThat(film)
        .containsExactly(
            new FilmFrame.Plain(0, 0),
            new FilmFrame.Tinted(0, 1, 0x102030, 1, 2),
            new FilmFrame.Tinted(0, 2, 0x102030, 2, 2),
            new FilmFrame.Tinted(1, 0, 0x102030, 1, 2),
            new FilmFrame.Plain(1, 1),
            new FilmFrame.Plain(1, 2));
  }

  @Test
  void of_transitionsLongerThanTheShot_isRefused() {
    var transitions = List.<Transition>of(new Transition.Dissolve(3), new Transition.Dissolve(3));

    assertThatThrownBy(() -> Timeline.of(List.of(9, 5, 9), transitions))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shot 1 has 5 frames, too few for its transitions");
  }

  @Test
  void mix_halfAndHalf_roundsToTheNearest() {
    byte[] mixed = Mixing.mix(new byte[] {0, 10, (byte) 255}, new byte[] {1, 20, (byte) 255}, 1, 2);

    assertThat(mixed).containsExactly(1, 15, 255);
  }

  @Test
  void tint_fullColour_isTheColour() {
    assertThat(Mixing.tint(new byte[] {9, 9, 9}, 0x0A0B0C, 4, 4)).containsExactly(10, 11, 12);
  }
}
