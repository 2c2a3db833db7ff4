package dev.longtake.tensor.cpu;

/**
 * How rows are cut into tiles: as even as possible, by the shape alone.
 *
 * @param rowCount rows in all
 * @param tileCount at most {@code rowCount}
 */
record Tiling(int rowCount, int tileCount) {

  /** Tiles of about {@code rows} rows. */
  static Tiling ofRows(int rowCount, int rows) {
    return new Tiling(rowCount, Math.max(1, Math.ceilDiv(rowCount, rows)));
  }

  /** Tiles of about {@code work}, in whatever unit {@code workPerRow} is counted. */
  static Tiling ofWork(int rowCount, long workPerRow, long work) {
    long tiles = Math.ceilDiv(rowCount * Math.max(1, workPerRow), work);
    return new Tiling(rowCount, Math.clamp(tiles, 1, Math.max(1, rowCount)));
  }

  /** First row of a tile; of the tile after the last one, the row count. */
  int first(int tile) {
    return (int) ((long) rowCount * tile / tileCount);
  }

  /** Rows of a tile. */
  int count(int tile) {
    return first(tile + 1) - first(tile);
  }
}
