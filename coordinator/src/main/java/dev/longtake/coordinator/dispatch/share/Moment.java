package dev.longtake.coordinator.dispatch.share;

/**
 * When something is. Clocks are set forward and back: how much time went by is told by {@code
 * steady}, and which hour and day it is by {@code wall}.
 *
 * @param wall milliseconds since 1970, as the machine's clock says
 * @param steady milliseconds since any time, which only ever grow
 */
public record Moment(long wall, long steady) {

  static final Moment NEVER = new Moment(0, 0);

  /** As a clock says that is never set. */
  public static Moment at(long millis) {
    return new Moment(millis, millis);
  }

  /** So many milliseconds later, by a clock that nobody sets. */
  Moment after(long millis) {
    return new Moment(wall + millis, steady + millis);
  }

  /** This moment, or the other one if no more time had gone by until this one. */
  Moment orLater(Moment other) {
    return steady >= other.steady ? this : other;
  }
}
