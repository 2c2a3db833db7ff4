package dev.longtake.coordinator.film;

import static dev.longtake.error.Require.require;

import dev.longtake.story.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Which frames of which shots make each frame of the film. Pure. */
final class Timeline {

  private Timeline() {}

  /**
   * Lays out the film.
   *
   * @param shotFrameCounts frames of each shot
   * @param transitions how shot i passes to shot i + 1
   */
  static List<FilmFrame> of(List<Integer> shotFrameCounts, List<Transition> transitions) {
    require(
        transitions.size() == shotFrameCounts.size() - 1,
        "expected %d transitions, found %d",
        shotFrameCounts.size() - 1,
        transitions.size());
    List<FilmFrame> film = new ArrayList<>();
    for (int shot = 0; shot < shotFrameCounts.size(); shot++) {
      int frameCount = shotFrameCounts.get(shot);
      int plainStart = shot == 0 ? 0 : transitions.get(shot - 1).framesOfNext();
      boolean last = shot == transitions.size();
      int plainEnd = frameCount - (last ? 0 : transitions.get(shot).framesOfPrevious());
      require(
          plainStart <= plainEnd,
          "shot %d has %d frames, too few for its transitions",
          shot,
          frameCount);
      for (int frame = plainStart; frame < plainEnd; frame++) {
        film.add(new FilmFrame.Plain(shot, frame));
      }
      if (!last) {
        add(film, transitions.get(shot), shot, plainEnd);
      }
    }
    return List.copyOf(film);
  }

  /**
   * Lays a transition out: what is shared is laid once, and what it takes of the next shot here.
   */
  private static void add(List<FilmFrame> film, Transition transition, int shot, int plainEnd) {
    int nextStart = transition.frameCount() - transition.framesOfNext();
    for (int index = 0; index < transition.frameCount(); index++) {
      OptionalInt previous =
          index < transition.framesOfPrevious()
              ? OptionalInt.of(plainEnd + index)
              : OptionalInt.empty();
      OptionalInt next =
          index >= nextStart ? OptionalInt.of(index - nextStart) : OptionalInt.empty();
      film.add(new FilmFrame.Blended(shot, transition, index, previous, next));
    }
  }
}
