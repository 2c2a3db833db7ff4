package dev.longtake.tensor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * The operations that only move elements of host tensors, for all backends whose tensors are host
 * memory. See {@link Backend} for what each does.
 */
public final class FrameMoves {

  private FrameMoves() {}

  /** See {@link Backend#patchify}; shapes are the caller's to check. */
  public static void patchify(Tensor out, Tensor x, int patch) {
    int planes = x.dim(0) * x.dim(1);
    int width = x.dim(3);
    int across = width / patch;
    int length = out.dim(1);
    for (int row = 0; row < planes * x.dim(2); row++) {
      int y = row % x.dim(2);
      int t = row / x.dim(2) % x.dim(1);
      int c = row / x.dim(2) / x.dim(1);
      long token = ((long) t * (x.dim(2) / patch) + y / patch) * across;
      int feature = (c * patch + y % patch) * patch;
      for (int w = 0; w < width; w++) {
        long to = (token + w / patch) * length + feature + w % patch;
        set(out, to, get(x, (long) row * width + w));
      }
    }
  }

  /** See {@link Backend#unpatchify}; shapes are the caller's to check. */
  public static void unpatchify(Tensor out, Tensor x, int patch) {
    int channels = out.dim(0);
    int width = out.dim(3);
    int across = width / patch;
    int length = x.dim(1);
    for (int row = 0; row < channels * out.dim(1) * out.dim(2); row++) {
      int y = row % out.dim(2);
      int t = row / out.dim(2) % out.dim(1);
      int c = row / out.dim(2) / out.dim(1);
      long token = ((long) t * (out.dim(2) / patch) + y / patch) * across;
      for (int w = 0; w < width; w++) {
        int feature = (y % patch * patch + w % patch) * channels + c;
        long from = (token + w / patch) * length + feature;
        set(out, (long) row * width + w, get(x, from));
      }
    }
  }

  /** See {@link Backend#upsampleNearest}. */
  public static void upsampleNearest(Tensor out, Tensor x) {
    OpChecks.shape(out, "upsampled", x.dim(0), 2 * x.dim(1), 2 * x.dim(2), x.dim(3));
    for (int row = 0; row < x.dim(0) * x.dim(1); row++) {
      upsampleRow(out, x, row);
    }
  }

  /** One row of {@link #upsampleNearest}: row {@code row % H} of frame {@code row / H}. */
  public static void upsampleRow(Tensor out, Tensor x, int row) {
    long pixelBytes = (long) x.dim(3) * Float.BYTES;
    long rowBytes = 2 * pixelBytes * x.dim(2);
    long first = 2L * row * rowBytes;
    for (int w = 0; w < x.dim(2); w++) {
      long from = ((long) row * x.dim(2) + w) * pixelBytes;
      long to = first + 2L * w * pixelBytes;
      MemorySegment.copy(x.storage(), from, out.storage(), to, pixelBytes);
      MemorySegment.copy(x.storage(), from, out.storage(), to + pixelBytes, pixelBytes);
    }
    MemorySegment.copy(out.storage(), first, out.storage(), first + rowBytes, rowBytes);
  }

  /** See {@link Backend#splitFrames}. */
  public static void splitFrames(Tensor out, Tensor x) {
    int channels = x.dim(3) / 2;
    OpChecks.shape(out, "split frames", 2 * x.dim(0), x.dim(1), x.dim(2), channels);
    long pixelBytes = (long) channels * Float.BYTES;
    int plane = x.dim(1) * x.dim(2);
    for (int t = 0; t < x.dim(0); t++) {
      for (int p = 0; p < plane; p++) {
        long from = ((long) t * plane + p) * 2 * pixelBytes;
        long to = (2L * t * plane + p) * pixelBytes;
        MemorySegment.copy(x.storage(), from, out.storage(), to, pixelBytes);
        MemorySegment.copy(
            x.storage(), from + pixelBytes, out.storage(), to + plane * pixelBytes, pixelBytes);
      }
    }
  }

  /** See {@link Backend#channelsLast}. */
  public static void channelsLast(Tensor out, Tensor x) {
    OpChecks.shape(out, "channels last", x.dim(1), x.dim(2), x.dim(3), x.dim(0));
    transpose(out, x, x.dim(0));
  }

  private static void transpose(Tensor out, Tensor x, int rows) {
    long columns = rows == 0 ? 0 : x.elementCount() / rows;
    for (int row = 0; row < rows; row++) {
      for (long column = 0; column < columns; column++) {
        set(out, column * rows + row, get(x, row * columns + column));
      }
    }
  }

  private static float get(Tensor x, long index) {
    return x.storage().getAtIndex(JAVA_FLOAT, index);
  }

  private static void set(Tensor x, long index, float value) {
    x.storage().setAtIndex(JAVA_FLOAT, index, value);
  }
}
