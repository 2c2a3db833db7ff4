package dev.longtake.coordinator.film;

/** What one frame of the film is made of. Weights are whole numbers, so that mixing is exact. */
sealed interface FilmFrame {

  /** The shot that is seen, or that goes. */
  int shotIndex();

  /** A frame of a shot as it is. */
  record Plain(int shotIndex, int frame) implements FilmFrame {}

  /** {@code (previous * (parts - nextParts) + next * nextParts) / parts}. */
  record Mixed(int shotIndex, int frame, int nextFrame, int nextParts, int parts)
      implements FilmFrame {}

  /** {@code (frame * (parts - colorParts) + color * colorParts) / parts}. */
  record Tinted(int shotIndex, int frame, int colorRgb, int colorParts, int parts)
      implements FilmFrame {}
}
