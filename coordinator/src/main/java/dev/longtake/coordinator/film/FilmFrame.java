package dev.longtake.coordinator.film;

import dev.longtake.story.Transition;
import java.util.OptionalInt;

/** What one frame of the film is made of. */
sealed interface FilmFrame {

  /** The shot that is seen, or that goes. */
  int shotIndex();

  /** A frame of a shot as it is. */
  record Plain(int shotIndex, int frame) implements FilmFrame {}

  /**
   * A frame of a transition, made by its {@link Transition#blend}.
   *
   * @param previousShotIndex the shot that ends; the next one has the next index
   * @param index frame of the transition
   * @param previous frame of the shot that ends, while it is seen
   * @param next frame of the shot that begins, once it is seen
   */
  record Blended(
      int previousShotIndex,
      Transition transition,
      int index,
      OptionalInt previous,
      OptionalInt next)
      implements FilmFrame {

    @Override
    public int shotIndex() {
      return previous.isPresent() ? previousShotIndex : previousShotIndex + 1;
    }
  }
}
