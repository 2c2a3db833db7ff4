package dev.longtake.coordinator.film;

import static dev.longtake.error.Require.require;

import dev.longtake.story.Transition;
import java.util.ArrayList;
import java.util.List;

/**
 * Which frames of which shots make each frame of the film. Pure.
 *
 * <p>A dissolve of n frames mixes the last n frames of a shot with the first n of the next; the
 * next one's weight in its j-th frame is {@code (j + 1) / (n + 1)}, so neither end repeats a plain
 * frame. A fade's frames that belong to the shot that ends reach the full colour in their last; the
 * others start one part below it.
 */
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
      Transition before = shot == 0 ? new Transition.Cut() : transitions.get(shot - 1);
      Transition after = shot == transitions.size() ? new Transition.Cut() : transitions.get(shot);
      int frameCount = shotFrameCounts.get(shot);
      int plainEnd = frameCount - after.framesOfPrevious();
      require(
          before.framesOfNext() <= plainEnd,
          "shot %d has %d frames, too few for its transitions",
          shot,
          frameCount);
      comeIn(film, before, shot);
      for (int frame = before.framesOfNext(); frame < plainEnd; frame++) {
        film.add(new FilmFrame.Plain(shot, frame));
      }
      goOut(film, after, shot, plainEnd);
    }
    return List.copyOf(film);
  }

  /** The frames at the start of a shot that are its own; a dissolve's were laid by the last one. */
  private static void comeIn(List<FilmFrame> film, Transition before, int shot) {
    switch (before) {
      case Transition.Cut(), Transition.Dissolve(int _) -> {}
      case Transition.Fade(int _, int colorRgb) -> {
        int count = before.framesOfNext();
        for (int j = 0; j < count; j++) {
          film.add(new FilmFrame.Tinted(shot, j, colorRgb, count - j, count + 1));
        }
      }
    }
  }

  private static void goOut(List<FilmFrame> film, Transition after, int shot, int plainEnd) {
    switch (after) {
      case Transition.Cut() -> {}
      case Transition.Dissolve(int count) -> {
        for (int j = 0; j < count; j++) {
          film.add(new FilmFrame.Mixed(shot, plainEnd + j, j, j + 1, count + 1));
        }
      }
      case Transition.Fade(int _, int colorRgb) -> {
        int count = after.framesOfPrevious();
        for (int j = 0; j < count; j++) {
          film.add(new FilmFrame.Tinted(shot, plainEnd + j, colorRgb, j + 1, count));
        }
      }
    }
  }
}
