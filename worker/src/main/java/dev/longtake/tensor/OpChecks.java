package dev.longtake.tensor;

import static dev.longtake.error.Require.require;

import org.jspecify.annotations.Nullable;

/** The shape rules of {@link Backend}'s operations, the same for every backend. */
public final class OpChecks {

  private OpChecks() {}

  /** Requires {@code x} to be some rows of {@code length}; returns how many. */
  public static int rows(Tensor x, int length, String name) {
    require(
        x.shape().rank() >= 1 && x.dim(-1) == length,
        "%s: expected rows of %d, found shape %s",
        name,
        length,
        x.shape());
    return Math.toIntExact(x.elementCount() / Math.max(1, length));
  }

  /** Requires equal element counts. */
  public static void sameCount(Tensor x, Tensor y) {
    require(
        x.elementCount() == y.elementCount(),
        "expected as many elements as shape %s has, found shape %s",
        x.shape(),
        y.shape());
  }

  /** Requires this shape. */
  public static void shape(Tensor x, String name, int... dims) {
    Shape expected = Shape.of(dims);
    require(
        x.shape().equals(expected), "%s: expected shape %s, found %s", name, expected, x.shape());
  }

  /** Requires the shapes of {@link Backend#linear}; returns the row count. */
  public static int linear(Tensor out, Tensor x, LinearWeight weight) {
    int rows = rows(x, weight.inputCount(), "linear input");
    int outputRows = rows(out, weight.outputCount(), "linear result");
    require(rows == outputRows, "linear: %d rows into %d rows", rows, outputRows);
    return rows;
  }

  /** Requires the shapes of {@link Backend#attention}. */
  public static void attention(
      Tensor out, Tensor q, Tensor k, Tensor v, int headCount, @Nullable Tensor relativeBias) {
    int length = q.dim(-1);
    require(
        headCount > 0 && length % headCount == 0,
        "attention: %d heads do not divide rows of %d",
        headCount,
        length);
    int queries = rows(q, length, "q");
    int keys = rows(k, length, "k");
    require(keys > 0, "attention: there is no key");
    require(rows(v, length, "v") == keys, "attention: %d keys, %s values", keys, v.shape());
    require(rows(out, length, "out") == queries, "attention: result shape %s", out.shape());
    if (relativeBias != null) {
      shape(relativeBias, "relativeBias", headCount, queries + keys - 1);
    }
  }

  /** Requires the shapes of {@link Backend#rotate}; returns the row count. */
  public static int rotate(Tensor out, Tensor x, Tensor cos, Tensor sin, int headCount) {
    int length = x.dim(-1);
    require(
        headCount > 0 && length % (2 * headCount) == 0,
        "rotate: %d heads of pairs do not divide rows of %d",
        headCount,
        length);
    int rows = rows(x, length, "x");
    require(rows(out, length, "out") == rows, "rotate: result shape %s", out.shape());
    int pairs = length / headCount / 2;
    shape(cos, "cos", rows, pairs);
    shape(sin, "sin", rows, pairs);
    return rows;
  }

  /** Requires the shapes of {@link Backend#conv}; returns the number of past frames. */
  public static int conv(Tensor out, Tensor x, @Nullable Tensor past, ConvSpec spec) {
    require(x.shape().rank() == 4, "conv input: expected (T, H, W, C), found %s", x.shape());
    shape(x, "conv input", x.dim(0), x.dim(1), x.dim(2), spec.inputChannels());
    int[] dims = {
      spec.outputFrames(x.dim(0)), spec.outputHeight(x.dim(1)), spec.outputWidth(x.dim(2))
    };
    shape(out, "conv result", dims[0], dims[1], dims[2], spec.outputChannels());
    if (past == null) {
      return 0;
    }
    shape(past, "conv past", past.dim(0), x.dim(1), x.dim(2), x.dim(3));
    require(
        past.dim(0) <= spec.pastFrameCount(),
        "conv past: expected at most %d frames, found %d",
        spec.pastFrameCount(),
        past.dim(0));
    return past.dim(0);
  }

  /** Requires the shapes of patches and planes, where {@code planes} is {@code (C, T, H, W)}. */
  public static void patches(Tensor tokens, Tensor planes, int patch) {
    require(planes.shape().rank() == 4, "planes: expected (C, T, H, W), found %s", planes.shape());
    require(
        patch > 0 && planes.dim(2) % patch == 0 && planes.dim(3) % patch == 0,
        "patches of %d do not divide planes of shape %s",
        patch,
        planes.shape());
    int count = planes.dim(1) * (planes.dim(2) / patch) * (planes.dim(3) / patch);
    shape(tokens, "tokens", count, planes.dim(0) * patch * patch);
  }
}
