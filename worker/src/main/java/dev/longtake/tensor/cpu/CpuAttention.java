package dev.longtake.tensor.cpu;

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
  private final Tiling tiling;

  CpuAttention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      int headCount,
      float scale,
      @Nullable Tensor relativeBias) {
    OpChecks.attention(out, q, k, v, headCount, relativeBias);
    this.out = out;
    this.q = q;
    this.k = k;
    this.v = v;
    this.headCount = headCount;
    this.scale = scale;
    this.relativeBias = relativeBias;
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
    long scores = thread.tileMemory(4L * count * (runMax + headLength + 2L));
    long sums = scores + 4L * count * runMax;
    long statistics = sums + 4L * count * headLength;
    for (int run = 0; run < runs.tileCount(); run++) {
      int firstKey = runs.first(run);
      int keys = runs.count(run);
      multiplyKeys(thread, head, first, count, firstKey, keys, scores);
      for (int row = 0; row < count; row++) {
        long bias = biasAddress(head, first + row, firstKey);
        long state = statistics + 8L * row;
        softmaxRow(
            scores + 4L * row * keys, keys, bias, state, sums + 4L * row * headLength, run == 0);
      }
      multiplyValues(thread, head, count, firstKey, keys, scores, sums, run > 0);
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

  private void multiplyKeys(
      MathThread thread, int head, int first, int count, int firstKey, int keys, long scores) {
    MatmulKey key =
        new MatmulKey(
            count,
            headLength,
            keys,
            length,
            keys,
            new Weights.Plain(1, length),
            false,
            PostOps.NONE);
    thread.matmul(key, rowOf(q, first, head), rowOf(k, firstKey, head), 0, scores);
  }

  private void multiplyValues(
      MathThread thread,
      int head,
      int count,
      int firstKey,
      int keys,
      long scores,
      long sums,
      boolean accumulates) {
    MatmulKey key =
        new MatmulKey(
            count,
            keys,
            headLength,
            keys,
            headLength,
            new Weights.Plain(length, 1),
            false,
            accumulates ? PostOps.SUM : PostOps.NONE);
    thread.matmul(key, scores, rowOf(v, firstKey, head), 0, sums);
  }

  private long rowOf(Tensor x, int row, int head) {
    return x.address() + 4L * ((long) row * length + (long) head * headLength);
  }
}
