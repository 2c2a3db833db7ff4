package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Products of 32-bit floats with bf16 weights against sums in 64 bits.
 *
 * <p>The bound of a result is derived, not measured. A float is split in two of bf16 that leave out
 * at most {@code 2^-17} of it, and the products of both with a weight are exact; so a sum is off by
 * {@code 2^-17} of the sum of {@code |x w|} at most. It is summed in 32-bit floats, {@code 2 terms}
 * additions, each of which loses at most a unit of the last place of what has been summed so far
 * (tensor cores cut off, the emulation rounds), {@code 2^-23} of the same sum. What is drawn has
 * numbers of all sizes, some that bf16 holds and some whose second half is as long as can be.
 */
class SplitProductsTest {

  private static final long SEED = 11;
  private static Backend backend;

  @BeforeAll
  static void open() {
    assumeTrue(CudaDevices.isPossible(), "there is nothing to run its kernels");
    backend = CudaDevices.openOrSkip(Precision.BF16);
  }

  @AfterAll
  static void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      float value = (float) (random.nextGaussian() * Math.exp(random.nextGaussian()));
      // Just below half of the last place of bf16, and of what is left then.
      int bits = Float.floatToRawIntBits(value);
      values[i] = i % 5 == 0 ? Float.intBitsToFloat((bits & 0xffff0000) | 0x7f7f) : value;
    }
    return values;
  }

  private static float[] weights(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits((float) random.nextGaussian());
      values[i] = Float.intBitsToFloat(bits & 0xffff0000);
    }
    return values;
  }

  private static void assertWithin(float found, double sum, double sizes, int terms, String what) {
    double bound = sizes * (0x1p-17 + 2 * (terms + 1) * 0x1p-23) + 0x1p-126;
    if (!(Math.abs(found - sum) <= bound)) {
      fail("%s: expected %s within %s, found %s, seed %d", what, sum, bound, found, SEED);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,8,1", "150,72,136", "129,16,34", "3,512,128"})
  void linear_of32BitRows_isWithinTheDerivedBound(int rows, int terms, int outputs) {
    Random random = new Random(SEED);
    float[] x = values(random, rows * terms);
    float[] weight = weights(random, outputs * terms);
    float[] found = new float[rows * outputs];
    LinearWeight matrix =
        backend.prepareLinear(outputs, terms, MemorySegment.ofArray(weight), null);
    try (Workspace workspace = backend.openWorkspaceF32()) {
      Tensor in = workspace.take(rows, terms);
      Tensor out = workspace.take(rows, outputs);
      assertThat(in.dtype()).isEqualTo(DType.F32);
      backend.write(in, x, 0);
      backend.fill(out, Float.NaN);
      backend.linear(out, in, matrix);
      backend.read(out, found, 0);
    }
    backend.release(matrix);
    for (int m = 0; m < rows; m++) {
      for (int n = 0; n < outputs; n++) {
        double sum = 0;
        double sizes = 0;
        for (int k = 0; k < terms; k++) {
          double product = (double) x[m * terms + k] * weight[n * terms + k];
          sum += product;
          sizes += Math.abs(product);
        }
        assertWithin(found[m * outputs + n], sum, sizes, terms, "[%d, %d]".formatted(m, n));
      }
    }
  }

  /** Both widths of tile, one of them with a ragged end; with and without frames of before. */
  @ParameterizedTest
  @ValueSource(ints = {8, 96, 120, 200})
  void conv_of32BitFrames_isWithinTheDerivedBound(int outputs) {
    int channels = 24;
    int frames = 2;
    int height = 5;
    int width = 7;
    ConvSpec spec = ConvSpec.causal(outputs, channels, 3, 3, 3);
    Random random = new Random(SEED);
    float[] x = values(random, (frames + 2) * height * width * channels);
    float[] weight = weights(random, outputs * channels * 27);
    float[] found = new float[frames * height * width * outputs];
    ConvWeight kernel = backend.prepareConv(spec, MemorySegment.ofArray(weight), null);
    try (Workspace workspace = backend.openWorkspaceF32()) {
      Tensor past = workspace.take(2, height, width, channels);
      Tensor now = workspace.take(frames, height, width, channels);
      Tensor out = workspace.take(frames, height, width, outputs);
      backend.write(past, x, 0);
      backend.write(now, x, (int) past.elementCount());
      backend.fill(out, Float.NaN);
      backend.conv(out, now, past, kernel);
      backend.read(out, found, 0);
    }
    for (int at = 0; at < frames * height * width; at++) {
      int column = at % width;
      int row = at / width % height;
      int frame = at / width / height;
      for (int n = 0; n < outputs; n++) {
        double sum = 0;
        double sizes = 0;
        for (int tap = 0; tap < 27; tap++) {
          int fromX = column + tap % 3 - 1;
          int fromY = row + tap / 3 % 3 - 1;
          if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) {
            continue;
          }
          int pixel = ((frame + tap / 9) * height + fromY) * width + fromX;
          for (int c = 0; c < channels; c++) {
            double product =
                (double) x[pixel * channels + c] * weight[(n * channels + c) * 27 + tap];
            sum += product;
            sizes += Math.abs(product);
          }
        }
        String what = "pixel %d, output %d".formatted(at, n);
        assertWithin(found[at * outputs + n], sum, sizes, 27 * channels, what);
      }
    }
  }

  /** What bf16 holds has no second half: then the sum is exact up to its additions. */
  @Test
  void linear_ofRowsThatBf16Holds_isAsExactAsItsAdditions() {
    Random random = new Random(SEED);
    float[] x = weights(random, 64);
    float[] weight = weights(random, 64);
    float[] found = new float[1];
    LinearWeight row = backend.prepareLinear(1, 64, MemorySegment.ofArray(weight), null);
    try (Workspace workspace = backend.openWorkspaceF32()) {
      Tensor in = workspace.take(1, 64);
      Tensor out = workspace.take(1, 1);
      backend.write(in, x, 0);
      backend.linear(out, in, row);
      backend.read(out, found, 0);
    }
    backend.release(row);
    double sum = 0;
    double sizes = 0;
    for (int k = 0; k < 64; k++) {
      sum += (double) x[k] * weight[k];
      sizes += Math.abs((double) x[k] * weight[k]);
    }
    assertThat(Math.abs(found[0] - sum)).isLessThanOrEqualTo(64 * 0x1p-23 * sizes);
  }
}
