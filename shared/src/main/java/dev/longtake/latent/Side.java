package dev.longtake.latent;

import dev.longtake.words.Word;

/** Which of a boundary's two chunks published a slab. */
public enum Side implements Word {
  /** The chunk before the boundary. */
  LEFT,
  /** The chunk after it. */
  RIGHT;

  /** The other one. */
  public Side opposite() {
    return this == LEFT ? RIGHT : LEFT;
  }
}
