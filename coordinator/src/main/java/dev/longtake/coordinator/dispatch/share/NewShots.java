package dev.longtake.coordinator.dispatch.share;

/**
 * Shots of one tenant that nobody has begun.
 *
 * @param count how many
 * @param chunks of all of them together
 */
record NewShots(int count, int chunks) {

  /** None. */
  static final NewShots NONE = new NewShots(0, 0);

  /** With another one of so many chunks. */
  NewShots plus(int chunksOfOne) {
    return new NewShots(count + 1, chunks + chunksOfOne);
  }

  /** Without one of so many chunks. */
  NewShots minus(int chunksOfOne) {
    return new NewShots(count - 1, chunks - chunksOfOne);
  }

  /** How many of them have so many chunks, by their average. */
  int fitting(int chunksMax) {
    return (int) Math.min(count, (long) count * chunksMax / Math.max(1, chunks));
  }
}
