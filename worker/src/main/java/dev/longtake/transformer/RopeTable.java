package dev.longtake.transformer;

import static dev.longtake.error.Require.require;

/**
 * Cosines and sines of the rotary position embedding over time, height and width.
 *
 * <p>Of a head's {@code d} numbers, {@code 2 floor(d / 6)} turn with the row, as many with the
 * column and the rest with the frame. On an axis of size n, pair j turns by {@code index *
 * 10000^(-2j / n)}. A row of the table has the pairs of time, height, width in this order. Angles
 * are computed in 64 bits and rounded once.
 *
 * @param cos {@code (tokens, headDim / 2)}
 * @param sin {@code (tokens, headDim / 2)}
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record RopeTable(float[] cos, float[] sin) {

  private static final double BASE = 10_000;

  /** The table of a grid of tokens, in the order frame, row, column; indices start at 0. */
  static RopeTable of(int headDim, int frames, int rows, int columns, int positionMax) {
    require(
        Math.max(frames, Math.max(rows, columns)) <= positionMax,
        "expected at most %d positions on an axis, found %d x %d x %d",
        positionMax,
        frames,
        rows,
        columns);
    int rowSize = 2 * (headDim / 6);
    int frameSize = headDim - 2 * rowSize;
    int pairs = headDim / 2;
    float[] cos = new float[frames * rows * columns * pairs];
    float[] sin = new float[cos.length];
    for (int token = 0; token < frames * rows * columns; token++) {
      int at = token * pairs;
      at = turn(cos, sin, at, frameSize, token / (rows * columns));
      at = turn(cos, sin, at, rowSize, token / columns % rows);
      turn(cos, sin, at, rowSize, token % columns);
    }
    return new RopeTable(cos, sin);
  }

  private static int turn(float[] cos, float[] sin, int at, int axisSize, int index) {
    for (int j = 0; j < axisSize / 2; j++) {
      double angle = index * Math.pow(BASE, -2.0 * j / axisSize);
      cos[at + j] = (float) Math.cos(angle);
      sin[at + j] = (float) Math.sin(angle);
    }
    return at + axisSize / 2;
  }
}
