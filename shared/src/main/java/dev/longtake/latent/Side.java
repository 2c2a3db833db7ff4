package dev.longtake.latent;

/** Which of a boundary's two chunks published a slab. */
public enum Side {
  /** The chunk before the boundary. */
  LEFT,
  /** The chunk after it. */
  RIGHT;

  /** The other one. */
  public Side opposite() {
    return this == LEFT ? RIGHT : LEFT;
  }
}
