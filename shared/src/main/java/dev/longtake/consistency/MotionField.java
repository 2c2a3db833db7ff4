package dev.longtake.consistency;

/**
 * Where the picture goes from one frame to the next, found by matching blocks, and what is left of
 * the difference when that is taken out.
 *
 * @param error mean absolute difference of luma after each block was moved to where it fits best, 0
 *     to 255
 * @param flow mean length of the blocks' ways, in pixels
 */
record MotionField(double error, double flow) {

  private static final int BLOCK = 8;
  private static final int REACH = 5;

  /** A block that differs by less a pixel where it is has not moved. */
  private static final int REST = 1;

  /** Matches each whole block of the second picture in the first. */
  static MotionField between(int[] before, int[] after, int width, int height) {
    long error = 0;
    double flow = 0;
    int blocks = 0;
    for (int top = 0; top + BLOCK <= height; top += BLOCK) {
      for (int left = 0; left + BLOCK <= width; left += BLOCK) {
        int best = difference(before, after, width, left, top, 0, 0, Integer.MAX_VALUE);
        int bestX = 0;
        int bestY = 0;
        if (best > REST * BLOCK * BLOCK) {
          int yFrom = Math.max(-REACH, -top);
          int yTo = Math.min(REACH, height - BLOCK - top);
          int xFrom = Math.max(-REACH, -left);
          int xTo = Math.min(REACH, width - BLOCK - left);
          for (int y = yFrom; y <= yTo; y++) {
            for (int x = xFrom; x <= xTo; x++) {
              int found = difference(before, after, width, left, top, x, y, best);
              if (found < best) {
                best = found;
                bestX = x;
                bestY = y;
              }
            }
          }
        }
        error += best;
        flow += Math.hypot(bestX, bestY);
        blocks++;
      }
    }
    return blocks == 0
        ? new MotionField(0, 0)
        : new MotionField((double) error / blocks / (BLOCK * BLOCK), flow / blocks);
  }

  /** Stops as soon as it is not the best any more. */
  private static int difference(
      int[] before, int[] after, int width, int left, int top, int x, int y, int best) {
    int sum = 0;
    for (int row = top; row < top + BLOCK && sum < best; row++) {
      int at = row * width + left;
      int from = at + y * width + x;
      for (int i = 0; i < BLOCK; i++) {
        sum += Math.abs(after[at + i] - before[from + i]);
      }
    }
    return sum;
  }
}
