package dev.longtake.tensor.cpu;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.OpChecks;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.cpu.DnnlEngine.PostOps;
import dev.longtake.tensor.cpu.MathThread.MatmulKey;
import dev.longtake.tensor.cpu.MathThread.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Attention without a score matrix: a tile is some queries of one head, and walks over the keys in
 * runs, keeping for each query the largest score so far, the sum of exponentials relative to it,
 * and the weighted sum of values, which are rescaled when a larger score turns up.
 *
 * @see <a href="https://arxiv.org/abs/1805.02867">Milakov and Gimelshein, Online normalizer
 *     calculation for softmax, 2018</a>
 * @see <a href="https://arxiv.org/abs/2205.14135">Dao et al., FlashAttention, 2022</a>
 */
final class CpuAttention {

  private static final long ALIGNMENT = 64;
  private static final int QUERIES = 128;
  private static final int KEYS = 1024;

  private final Tensor out;
  private final Tensor q;
  private final Tensor k;
  private final Tensor v;
  private final float scale;
  private final @Nullable Tensor relativeBias;
  private final int length;
  private final int headLength;
  private final int headCount;
  private final int keyCount;
  private final DType operands;
  private final Tiling tiling;

  /** Rows of a matrix in the operands' type, and the elements from one to the next. */
  private record Rows(long address, int stride) {}

  /**
   * An attention, as {@link dev.longtake.tensor.Backend#attention} describes it.
   *
   * @param operands element type that products are taken of
   */
  CpuAttention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      int headCount,
      float scale,
      @Nullable Tensor relativeBias,
      DType operands) {
    OpChecks.attention(out, q, k, v, headCount, relativeBias);
    this.out = out;
    this.q = q;
    this.k = k;
    this.v = v;
    this.headCount = headCount;
    this.scale = scale;
    this.relativeBias = relativeBias;
    this.operands = operands;
    length = q.dim(-1);
    headLength = length / headCount;
    keyCount = OpChecks.rows(k, length, "k");
    tiling = Tiling.ofRows(OpChecks.rows(q, length, "q"), QUERIES);
  }

  int tileCount() {
    return headCount * tiling.tileCount();
  }

  void compute(int index, MathThread thread) {
    int head = index / tiling.tileCount();
    int tile = index % tiling.tileCount();
    int first = tiling.first(tile);
    int count = tiling.count(tile);
    Tiling runs = Tiling.ofRows(keyCount, KEYS);
    int runMax = Math.ceilDiv(keyCount, runs.tileCount());
    long scores =
        thread.tileMemory(
            4L * count * (runMax + headLength + 2L)
                + roundedBytes(count)
                + roundedBytes(runMax)
                + 2 * ALIGNMENT);
    long sums = scores + 4L * count * runMax;
    long statistics = sums + 4L * count * headLength;
    long queriesAt = aligned(statistics + 8L * count);
    long keysAt = aligned(queriesAt + roundedBytes(count));
    Rows queries = operand(q, first, count, head, queriesAt);
    for (int run = 0; run < runs.tileCount(); run++) {
      int firstKey = runs.first(run);
      int keys = runs.count(run);
      Rows runKeys = operand(k, firstKey, keys, head, keysAt);
      multiplyKeys(thread, count, keys, queries, runKeys, scores);
      for (int row = 0; row < count; row++) {
        long bias = biasAddress(head, first + row, firstKey);
        long state = statistics + 8L * row;
        softmaxRow(
            scores + 4L * row * keys, keys, bias, state, sums + 4L * row * headLength, run == 0);
      }
      Rows shares = shares(scores, count, keys);
      Rows values = operand(v, firstKey, keys, head, keysAt);
      multiplyValues(thread, count, keys, shares, values, sums, run > 0);
    }
    long target = out.address() + 4L * ((long) first * length + (long) head * headLength);
    for (int row = 0; row < count; row++) {
      float inverse = 1f / Memory.get(statistics + 8L * row + 4);
      RowKernels.multiply(
          target + 4L * row * length, sums + 4L * row * headLength, inverse, headLength);
    }
  }

  /** Where the biases of a query begin for the run's first key; 0: there are none. */
  private long biasAddress(int head, int query, int firstKey) {
    if (relativeBias == null) {
      return 0;
    }
    long entry = (long) head * relativeBias.dim(1) + firstKey - query + tiling.rowCount() - 1;
    return relativeBias.address() + 4L * entry;
  }

  /** Turns scores into exponentials, and brings what was summed so far to the new maximum. */
  private void softmaxRow(
      long scores, int keys, long bias, long state, long sums, boolean isFirst) {
    float factor = scale;
    float runMax;
    if (bias != 0) {
      runMax = RowKernels.scaleAndAdd(scores, scale, bias, keys);
      factor = 1f;
    } else {
      runMax = RowKernels.max(scores, keys) * scale;
    }
    float max = isFirst ? runMax : Math.max(Memory.get(state), runMax);
    float sum = RowKernels.exponentials(scores, factor, max, keys);
    if (!isFirst) {
      float correction = (float) Math.exp((double) Memory.get(state) - max);
      sum += Memory.get(state + 4) * correction;
      if (correction != 1f) {
        RowKernels.multiply(sums, sums, correction, headLength);
      }
    }
    Memory.set(state, max);
    Memory.set(state + 4, sum);
  }

  private long roundedBytes(int rows) {
    return operands == DType.F32 ? 0 : (long) operands.byteSize() * rows * headLength;
  }

  private static long aligned(long address) {
    return (address + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Rows of one head: where they are, or rounded to {@code buffer}. */
  private Rows operand(Tensor x, int first, int count, int head, long buffer) {
    long address = x.address() + 4L * ((long) first * length + (long) head * headLength);
    if (operands == DType.F32) {
      return new Rows(address, length);
    }
    for (int row = 0; row < count; row++) {
      RowKernels.round(buffer + 2L * row * headLength, address + 4L * row * length, headLength);
    }
    return new Rows(buffer, headLength);
  }

  /** The exponentials as the left matrix of the second product; rounded, they stay in place. */
  private Rows shares(long scores, int count, int keys) {
    if (operands != DType.F32) {
      RowKernels.round(scores, scores, count * keys);
    }
    return new Rows(scores, keys);
  }

  private void multiplyKeys(
      MathThread thread, int count, int keys, Rows queries, Rows runKeys, long scores) {
    MatmulKey key =
        new MatmulKey(
            operands,
            count,
            headLength,
            keys,
            queries.stride(),
            keys,
            new Weights.Plain(1, runKeys.stride()),
            false,
            PostOps.NONE);
    thread.matmul(key, queries.address(), runKeys.address(), 0, scores);
  }

  private void multiplyValues(
      MathThread thread,
      int count,
      int keys,
      Rows shares,
      Rows values,
      long sums,
      boolean accumulates) {
    MatmulKey key =
        new MatmulKey(
            operands,
            count,
            keys,
            headLength,
            shares.stride(),
            headLength,
            new Weights.Plain(values.stride(), 1),
            false,
            accumulates ? PostOps.SUM : PostOps.NONE);
    thread.matmul(key, shares.address(), values.address(), 0, sums);
  }
}
