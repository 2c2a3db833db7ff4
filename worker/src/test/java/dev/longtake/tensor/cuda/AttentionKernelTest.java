package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attention of many queries against sums in 64 bits, by single warps and by groups of them.
 *
 * <p>The bound of a result is derived, not measured. A weight is rounded to bf16 before it
 * multiplies its value, {@code 2^-9} of it at most, and the sum that divides is of the rounded
 * ones: {@code 2^-8} of {@code sum w |v|}. The result is rounded once more, {@code 2^-9}. Scores
 * and sums in 32-bit floats, and the power of two within 2 units of the last place, take the
 * smaller rest: {@code 2^-11}.
 */
class AttentionKernelTest {

  private static final long SEED = 17;

  @ParameterizedTest
  @CsvSource({
    "WARPS, 511, 128, attention_tensor_128",
    "WARPS, 512, 128, attention_wide_tensor",
    "WARPS, 512, 72, attention_wide_tensor",
    "WARPS, 4096, 64, attention_tensor_64",
    "WARP_GROUPS, 512, 128, attention_warpgroup",
    "WARP_GROUPS, 511, 128, attention_tensor_128",
    "WARP_GROUPS, 4096, 32, attention_tensor_32",
  })
  void of_sizes_takesTheKernelThatSuits(Attention attention, int queries, int size, String name) {
    AttentionKernel kernel = AttentionKernel.of(attention, queries, size);

    assertThat(kernel.function()).isEqualTo(name);
    assertThat(kernel.grid(queries, 3, size).x() * kernel.queries())
        .isBetween(queries, queries + kernel.queries() - 1);
  }

  /** One tile of keys and several, full and ragged; heads shorter than the kernel's. */
  @ParameterizedTest
  @CsvSource({
    "WARP_GROUPS, 512, 1, 1, 72",
    "WARP_GROUPS, 515, 64, 1, 128",
    "WARP_GROUPS, 640, 65, 2, 80",
    "WARP_GROUPS, 513, 128, 1, 128",
    "WARP_GROUPS, 512, 300, 1, 128",
    "WARPS, 515, 300, 1, 128",
    "WARPS, 640, 65, 2, 80",
  })
  void attention_ofManyQueries_isWithinTheDerivedBound(
      Attention attention, int queries, int keys, int heads, int size) {
    try (Backend backend = open(attention)) {
      int length = heads * size;
      Random random = new Random(SEED);
      float[] q = values(random, queries * length);
      float[] k = values(random, keys * length);
      float[] v = values(random, keys * length);
      float[] found = new float[queries * length];
      float scale = (float) (1 / Math.sqrt(size));
      try (Workspace workspace = backend.openWorkspace()) {
        Tensor out = workspace.take(queries, length);
        assertThat(out.dtype()).isEqualTo(DType.BF16);
        backend.fill(out, Float.NaN);
        backend.attention(
            out,
            written(backend, workspace, q, length),
            written(backend, workspace, k, length),
            written(backend, workspace, v, length),
            heads,
            scale,
            null);
        backend.read(out, found, 0);
      }
      Heads all = new Heads(q, k, v, found, length, size, scale);
      // Rows of each warp's place in a block, and the last ones.
      for (int i = 0; i < queries; i += i < queries - 20 ? 7 : 1) {
        for (int head = 0; head < heads; head++) {
          all.check(i * length + head * size);
        }
      }
    }
  }

  private static Backend open(Attention attention) {
    Backend backend =
        switch (attention) {
          case WARPS -> CudaDevices.openOrSkip(Precision.BF16);
          case WARP_GROUPS -> CudaDevices.openWithWarpGroups();
        };
    assumeTrue(backend != null, "there is nothing to run its kernels");
    assertThat(backend.engineClass().contains("-warpgroup"))
        .isEqualTo(attention == Attention.WARP_GROUPS);
    return backend;
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits((float) random.nextGaussian());
      values[i] = Float.intBitsToFloat(bits & 0xffff0000);
    }
    return values;
  }

  private static Tensor written(Backend backend, Workspace workspace, float[] values, int length) {
    Tensor tensor = workspace.take(values.length / length, length);
    backend.write(tensor, values, 0);
    return tensor;
  }

  /**
   * What attention took and gave, rows of {@code length} numbers.
   *
   * @param size numbers of a head
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Heads(
      float[] q, float[] k, float[] v, float[] found, int length, int size, float scale) {

    /** One query of one head: {@code at} is where its numbers begin. */
    void check(int at) {
      int offset = at % length / size * size;
      int keys = k.length / length;
      double[] weights = new double[keys];
      for (int j = 0; j < keys; j++) {
        double score = 0;
        for (int d = 0; d < size; d++) {
          score += (double) q[at + d] * k[j * length + offset + d];
        }
        weights[j] = score * scale;
      }
      double largest = Arrays.stream(weights).max().orElseThrow();
      double all = 0;
      for (int j = 0; j < keys; j++) {
        weights[j] = Math.exp(weights[j] - largest);
        all += weights[j];
      }
      for (int d = 0; d < size; d++) {
        double sum = 0;
        double sizes = 0;
        for (int j = 0; j < keys; j++) {
          double product = weights[j] / all * v[j * length + offset + d];
          sum += product;
          sizes += Math.abs(product);
        }
        double bound = sizes * (0x1p-8 + 0x1p-9 + 0x1p-11);
        if (!(Math.abs(found[at + d] - sum) <= bound)) {
          fail(
              "at %d: expected %s within %s, found %s, seed %d"
                  .formatted(at + d, sum, bound, found[at + d], SEED));
        }
      }
    }
  }
}
