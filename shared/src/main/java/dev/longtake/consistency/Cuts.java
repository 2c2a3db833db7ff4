package dev.longtake.consistency;

/** Whether a picture goes on from the one before, or is another one. */
final class Cuts {

  /** Whatever the surroundings, less than this unexplained difference is no cut. */
  private static final double LEAST = 4;

  /** A cut is this many times what motion leaves unexplained around it. */
  private static final double TIMES = 4;

  private Cuts() {}

  /**
   * Whether it is a cut.
   *
   * @param error what motion does not explain from one frame to the next, 0 to 255
   * @param usual the same around it
   */
  static boolean isCut(double error, double usual) {
    return error > Math.max(LEAST, TIMES * usual);
  }
}
