package dev.longtake.story.status;

import static dev.longtake.error.Require.require;

/**
 * How many of a number of equal things are done.
 *
 * @param total of them; 0 while nobody knows
 */
public record Count(int done, int total) {

  /** Nothing of nothing. */
  public static final Count NONE = new Count(0, 0);

  public Count {
    require(done >= 0 && done <= total, "done: expected 0 to %d, found %d", total, done);
  }

  /** The share that is done, 0 to 1; 0 of nothing. */
  public double fraction() {
    return total == 0 ? 0 : (double) done / total;
  }

  /** Both together. */
  public Count plus(Count other) {
    return new Count(Math.addExact(done, other.done), Math.addExact(total, other.total));
  }
}
