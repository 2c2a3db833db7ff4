package dev.longtake.coordinator.draft;

/**
 * Takes the grid out of a frame: a map that knows nothing of neighbouring cells leaves steps where
 * they meet. Each pixel becomes the mean of itself and its eight neighbours, weighted by (1, 2, 1)
 * each way; beyond the edge the frame goes on as it is there. Pure.
 */
final class Softening {

  private static final int CHANNELS = 3;
  private static final int BITS = 8;

  private Softening() {}

  /**
   * The frame without its grid.
   *
   * @param rgb {@code (height, width)}, a byte for each colour
   */
  static int[] of(int[] rgb, int width, int height) {
    int[] soft = new int[rgb.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int left = Math.max(0, x - 1);
        int right = Math.min(width - 1, x + 1);
        int above = Math.max(0, y - 1) * width;
        int below = Math.min(height - 1, y + 1) * width;
        int row = y * width;
        int pixel = 0;
        for (int shift = 0; shift < CHANNELS * BITS; shift += BITS) {
          int sum =
              across(rgb, above, left, x, right, shift)
                  + 2 * across(rgb, row, left, x, right, shift)
                  + across(rgb, below, left, x, right, shift);
          pixel |= ((sum + 8) / 16) << shift;
        }
        soft[row + x] = pixel;
      }
    }
    return soft;
  }

  private static int across(int[] rgb, int row, int left, int x, int right, int shift) {
    return ((rgb[row + left] >> shift) & 0xff)
        + 2 * ((rgb[row + x] >> shift) & 0xff)
        + ((rgb[row + right] >> shift) & 0xff);
  }
}
