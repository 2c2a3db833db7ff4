package dev.longtake.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.CudaDevices;
import dev.longtake.tensor.cuda.Precision;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of every backend against {@link ReferenceBackend}, and against itself with other
 * numbers of threads.
 *
 * <p>Tolerance of one element: {@code ABSOLUTE + |expected| * EPSILON * sqrt(terms)} plus, for
 * sums, {@code EPSILON * sqrt(terms)} times the size of a term. {@code EPSILON} is 4 units of a
 * 32-bit float's last place, since a handful of roundings precede and follow each sum; roundings of
 * a sum of {@code terms} independent terms grow with the square root. {@code ABSOLUTE} covers
 * results that cancel to near zero, and the approximations of exp.
 */
final class TensorOpsConformanceTest {

  private static final float EPSILON = 4 * 0x1p-23f;
  private static final float ABSOLUTE = 2e-6f;

  private static final Backend REFERENCE = new ReferenceBackend();
  private static final List<CpuBackend> CPUS = new ArrayList<>();
  private static final List<CpuBackend> BF16_CPUS = new ArrayList<>();
  private static final @Nullable Backend CUDA = CudaDevices.openOrSkip(Precision.F32);
  private static final @Nullable Backend BF16 = CudaDevices.openOrSkip(Precision.BF16);
  private static final @Nullable Backend LIBRARY = CudaDevices.openWithLibrary(Precision.F32);
  private static final @Nullable Backend LIBRARY_BF16 = CudaDevices.openWithLibrary(Precision.BF16);
  private static final @Nullable Backend PORTABLE_BF16 = CudaDevices.openWithoutTensorCores();

  @BeforeAll
  static void startBackends() {
    for (int threads = 1; threads <= 3; threads++) {
      CPUS.add(CpuBackend.create(threads));
      if (CpuBackend.multipliesBf16()) {
        BF16_CPUS.add(CpuBackend.create(threads, DType.BF16));
      }
    }
    System.getLogger("seed").log(System.Logger.Level.INFO, CPUS.getFirst().engineClass());
  }

  @AfterAll
  static void closeBackends() {
    CPUS.forEach(Backend::close);
    BF16_CPUS.forEach(Backend::close);
    REFERENCE.close();
    Stream.of(CUDA, BF16, LIBRARY, LIBRARY_BF16, PORTABLE_BF16)
        .filter(Objects::nonNull)
        .forEach(Backend::close);
  }

  /** Makes inputs on a backend from a seed, computes, and gives the result. */
  interface Operation {
    Tensor apply(Backend backend, Inputs inputs);
  }

  /** Random tensors, the same on every backend for a seed. */
  static final class Inputs {
    private final Backend backend;
    private final Random random;
    private final @Nullable Workspace activations;

    Inputs(Backend backend, long seed) {
      this(backend, seed, null);
    }

    /**
     * Values that bf16 holds exactly, in tensors of the backend's activations.
     *
     * @param activations where they lie; null: any values, in tensors of 32-bit floats
     */
    Inputs(Backend backend, long seed, @Nullable Workspace activations) {
      this.backend = backend;
      this.random = new Random(seed);
      this.activations = activations;
    }

    private Tensor take(int... dims) {
      return activations == null ? backend.allocate(Shape.of(dims)) : activations.take(dims);
    }

    float[] values(int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        float value = (float) random.nextGaussian();
        int bits = Float.floatToRawIntBits(value);
        values[i] = activations == null ? value : Float.intBitsToFloat(bits & 0xffff0000);
      }
      return values;
    }

    Tensor tensor(int... dims) {
      Tensor tensor = take(dims);
      backend.write(tensor, values((int) tensor.elementCount()), 0);
      return tensor;
    }

    Tensor result(int... dims) {
      Tensor tensor = take(dims);
      backend.fill(tensor, Float.NaN);
      return tensor;
    }

    LinearWeight linear(int outputs, int inputs, boolean hasBias) {
      MemorySegment weight = MemorySegment.ofArray(values(outputs * inputs));
      MemorySegment bias = MemorySegment.ofArray(values(outputs));
      return backend.prepareLinear(outputs, inputs, weight, hasBias ? bias : null);
    }

    ConvWeight conv(ConvSpec spec, int zeroTaps, boolean hasBias) {
      int area = spec.kernelHeight() * spec.kernelWidth();
      float[] weight =
          values(spec.outputChannels() * spec.inputChannels() * spec.kernelTime() * area);
      for (int i = 0; i < weight.length; i++) {
        if (i / area % spec.kernelTime() < zeroTaps) {
          weight[i] = 0f;
        }
      }
      MemorySegment bias = MemorySegment.ofArray(values(spec.outputChannels()));
      return backend.prepareConv(spec, MemorySegment.ofArray(weight), hasBias ? bias : null);
    }
  }

  record Case(String name, int terms, Operation operation) {
    long seed() {
      return name.hashCode();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    addLinear(cases);
    addNorms(cases);
    addAttention(cases);
    addElementwise(cases);
    addMoves(cases);
    addConv(cases);
    return cases.stream();
  }

  private static void addLinear(List<Case> cases) {
    int[][] sizes = {
      {1, 7, 5}, {3, 33, 17}, {64, 64, 64}, {65, 192, 384}, {130, 31, 48}, {360, 96, 192}
    };
    for (int[] size : sizes) {
      for (Activation activation : Activation.values()) {
        for (boolean hasBias : new boolean[] {true, false}) {
          cases.add(
              new Case(
                  "linear %d x %d x %d %s %s"
                      .formatted(size[0], size[1], size[2], activation, hasBias),
                  size[1],
                  (backend, inputs) -> {
                    Tensor out = inputs.result(size[0], size[2]);
                    LinearWeight weight = inputs.linear(size[2], size[1], hasBias);
                    backend.linear(out, inputs.tensor(size[0], size[1]), weight, activation);
                    return out;
                  }));
        }
      }
    }
    cases.add(
        new Case(
            "linear of many rows",
            16,
            (backend, inputs) -> {
              Tensor out = inputs.result(4500, 16);
              backend.linear(out, inputs.tensor(4500, 16), inputs.linear(16, 16, true));
              return out;
            }));
  }

  private static void addNorms(List<Case> cases) {
    for (int length : new int[] {1, 2, 15, 16, 17, 64, 192, 515}) {
      cases.add(
          new Case(
              "layerNormModulated " + length,
              length,
              (backend, inputs) -> {
                Tensor out = inputs.result(37, length);
                Tensor x = inputs.tensor(37, length);
                backend.layerNormModulated(
                    out, x, inputs.tensor(length), inputs.tensor(length), length < 3 ? 1f : 1e-6f);
                return out;
              }));
      cases.add(
          new Case(
              "layerNormAffine in place " + length,
              length,
              (backend, inputs) -> {
                Tensor x = inputs.tensor(5, length);
                backend.layerNormAffine(
                    x, x, inputs.tensor(length), inputs.tensor(length), length < 3 ? 1f : 1e-6f);
                return x;
              }));
      cases.add(
          new Case(
              "rmsNorm " + length,
              length,
              (backend, inputs) -> {
                Tensor out = inputs.result(29, length);
                backend.rmsNorm(out, inputs.tensor(29, length), inputs.tensor(length), 1e-6f);
                return out;
              }));
      for (Activation activation : Activation.values()) {
        cases.add(
            new Case(
                "channelNorm " + length + " " + activation,
                length,
                (backend, inputs) -> {
                  Tensor out = inputs.result(2, 3, 5, length);
                  Tensor x = inputs.tensor(2, 3, 5, length);
                  backend.channelNorm(out, x, inputs.tensor(length), activation);
                  return out;
                }));
      }
    }
    cases.add(
        new Case(
            "channelNorm of zeros",
            8,
            (backend, inputs) -> {
              Tensor x = inputs.tensor(3, 8);
              backend.fill(x, 0f);
              backend.channelNorm(x, x, inputs.tensor(8), Activation.SILU);
              return x;
            }));
  }

  private static void addAttention(List<Case> cases) {
    int[][] sizes = {
      {1, 1, 1, 4},
      {5, 7, 2, 6},
      {33, 260, 3, 64},
      {130, 17, 4, 16},
      {3, 2100, 1, 8},
      {70, 200, 2, 128},
      {530, 45, 1, 72},
      {65, 130, 1, 40}
    };
    for (int[] size : sizes) {
      for (boolean hasBias : new boolean[] {false, true}) {
        cases.add(
            new Case(
                "attention %d queries %d keys %d x %d %s"
                    .formatted(size[0], size[1], size[2], size[3], hasBias),
                size[1] + size[3],
                (backend, inputs) -> {
                  int length = size[2] * size[3];
                  Tensor out = inputs.result(size[0], length);
                  Tensor q = inputs.tensor(size[0], length);
                  Tensor k = inputs.tensor(size[1], length);
                  Tensor v = inputs.tensor(size[1], length);
                  Tensor bias = inputs.tensor(size[2], size[0] + size[1] - 1);
                  float scale = (float) (1 / Math.sqrt(size[3]));
                  backend.attention(out, q, k, v, size[2], scale, hasBias ? bias : null);
                  return out;
                }));
      }
    }
    cases.add(
        new Case(
            "attention in place, one long head",
            70 + 200,
            (backend, inputs) -> {
              Tensor q = inputs.tensor(45, 200);
              Tensor k = inputs.tensor(70, 200);
              backend.attention(q, q, k, inputs.tensor(70, 200), 1, 0.07f, null);
              return q;
            }));
    for (int pairs : new int[] {1, 3, 8, 16, 32, 37}) {
      cases.add(
          new Case(
              "rmsNormRotate in place, pairs " + pairs,
              6 * pairs,
              (backend, inputs) -> {
                Tensor x = inputs.tensor(11, 3 * 2 * pairs);
                Tensor cos = inputs.tensor(11, pairs);
                Tensor sin = inputs.tensor(11, pairs);
                backend.rmsNormRotate(x, x, inputs.tensor(6 * pairs), 1e-6f, cos, sin, 3);
                return x;
              }));
      cases.add(
          new Case(
              "rotate in place, pairs " + pairs,
              2,
              (backend, inputs) -> {
                Tensor x = inputs.tensor(11, 3 * 2 * pairs);
                backend.rotate(x, x, inputs.tensor(11, pairs), inputs.tensor(11, pairs), 3);
                return x;
              }));
    }
  }

  private static void addElementwise(List<Case> cases) {
    for (int count : new int[] {1, 15, 16, 1000, 40_001}) {
      for (Activation activation : Activation.values()) {
        cases.add(
            new Case(
                "activate " + count + " " + activation,
                1,
                (backend, inputs) -> {
                  Tensor x = inputs.tensor(count);
                  backend.addScaled(x, inputs.tensor(count), 8f);
                  backend.activate(x, x, activation);
                  return x;
                }));
      }
      cases.add(
          new Case(
              "multiply, addScaled " + count,
              2,
              (backend, inputs) -> {
                Tensor out = inputs.result(count);
                backend.multiply(out, inputs.tensor(count), inputs.tensor(count));
                backend.addScaled(out, inputs.tensor(count), -0.35f);
                backend.add(out, inputs.tensor(count));
                return out;
              }));
    }
    cases.add(
        new Case(
            "addGated",
            2,
            (backend, inputs) -> {
              Tensor x = inputs.tensor(301, 70);
              backend.addGated(x, inputs.tensor(301, 70), inputs.tensor(70));
              return x;
            }));
  }

  private static void addMoves(List<Case> cases) {
    cases.add(
        move(
            "copy",
            (b, in) -> {
              Tensor result = in.result(6, 35);
              b.copy(result, in.tensor(2, 3, 35));
              return result;
            }));
    cases.add(
        move("patchify", (b, in) -> out(in, (o, x) -> b.patchify(o, x, 2), 30, 12, 3, 2, 6, 10)));
    cases.add(
        move(
            "unpatchify",
            (b, in) -> {
              Tensor result = in.result(3, 2, 6, 10);
              b.unpatchify(result, in.tensor(30, 12), 2);
              return result;
            }));
    cases.add(
        move(
            "upsampleNearest",
            (b, in) -> {
              Tensor result = in.result(2, 6, 10, 7);
              b.upsampleNearest(result, in.tensor(2, 3, 5, 7));
              return result;
            }));
    cases.add(
        move(
            "splitFrames",
            (b, in) -> {
              Tensor result = in.result(4, 3, 5, 7);
              b.splitFrames(result, in.tensor(2, 3, 5, 14));
              return result;
            }));
    cases.add(
        move(
            "channelsLast",
            (b, in) -> {
              Tensor result = in.result(2, 3, 5, 7);
              b.channelsLast(result, in.tensor(7, 2, 3, 5));
              return result;
            }));
  }

  private interface Move {
    void apply(Tensor out, Tensor x);
  }

  private static Tensor out(Inputs inputs, Move move, int rows, int length, int... dims) {
    Tensor result = inputs.result(rows, length);
    move.apply(result, inputs.tensor(dims));
    return result;
  }

  private static Case move(String name, Operation operation) {
    return new Case(name, 0, operation);
  }

  private static void addConv(List<Case> cases) {
    List<ConvSpec> specs =
        List.of(
            ConvSpec.causal(5, 3, 3, 3, 3),
            ConvSpec.causal(32, 16, 3, 3, 3),
            ConvSpec.causal(3, 24, 1, 3, 3),
            ConvSpec.causal(14, 7, 3, 1, 1),
            ConvSpec.causal(6, 6, 1, 1, 1),
            ConvSpec.halving(8, 8),
            ConvSpec.halvingTime(9, 9));
    for (ConvSpec spec : specs) {
      for (int past = 0; past <= spec.pastFrameCount(); past++) {
        for (int zeroTaps = 0; zeroTaps <= Math.min(2, spec.kernelTime() - 1); zeroTaps++) {
          cases.add(conv(spec, past, zeroTaps, zeroTaps != 1));
        }
      }
    }
    cases.add(conv(ConvSpec.causal(16, 16, 1, 3, 3), 0, 0, true, 40, 70));
  }

  private static Case conv(ConvSpec spec, int past, int zeroTaps, boolean hasBias) {
    return conv(spec, past, zeroTaps, hasBias, 6, 9);
  }

  private static Case conv(
      ConvSpec spec, int past, int zeroTaps, boolean hasBias, int height, int width) {
    int frames = spec.strideTime() == 2 ? 4 : 3;
    return new Case(
        "conv %s past %d zero taps %d %s".formatted(spec, past, zeroTaps, hasBias),
        spec.inputChannels() * spec.kernelTime() * spec.kernelHeight() * spec.kernelWidth(),
        (backend, inputs) -> {
          Tensor out =
              inputs.result(
                  spec.outputFrames(frames),
                  spec.outputHeight(height),
                  spec.outputWidth(width),
                  spec.outputChannels());
          ConvWeight weight = inputs.conv(spec, zeroTaps, hasBias);
          Tensor x = inputs.tensor(frames, height, width, spec.inputChannels());
          Tensor before = inputs.tensor(Math.max(1, past), height, width, spec.inputChannels());
          backend.conv(out, x, past == 0 ? null : before, weight);
          return out;
        });
  }

  private static float[] run(Backend backend, Case test, long seed) {
    return values(backend, test.operation().apply(backend, new Inputs(backend, seed)));
  }

  private static float[] runRounded(Backend backend, Case test) {
    try (Workspace activations = backend.openWorkspace()) {
      Inputs inputs = new Inputs(backend, test.seed(), activations);
      return values(backend, test.operation().apply(backend, inputs));
    }
  }

  private static float[] values(Backend backend, Tensor result) {
    float[] values = new float[(int) result.elementCount()];
    backend.read(result, values, 0);
    return values;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void operation_randomInputs_equalsReferenceAndKeepsBitsOverThreads(Case test) {
    float[] found = assertEqualsReference(CPUS.getFirst(), test);

    for (CpuBackend cpu : CPUS) {
      for (int repeat = 0; repeat < 2; repeat++) {
        assertThat(Arrays.equals(run(cpu, test, test.seed()), found))
            .as("%s, seed %d: equal bits on %d threads", test, test.seed(), cpu.threadCount())
            .isTrue();
      }
    }
  }

  /** The library has a part in linear maps alone. */
  private static List<Backend> withLibrary(
      Case test, @Nullable Backend library, @Nullable Backend... others) {
    @Nullable Backend first = test.name().startsWith("linear") ? library : null;
    return Stream.concat(Stream.ofNullable(first), Stream.of(others))
        .filter(Objects::nonNull)
        .toList();
  }

  private static float[] assertEqualsReference(Backend backend, Case test) {
    float[] found = run(backend, test, test.seed());
    assertClose(test, found, run(REFERENCE, test, test.seed()), 0f);
    return found;
  }

  private static void assertClose(Case test, float[] found, float[] expected, float rounding) {
    float growth = (float) Math.sqrt(test.terms());
    for (int i = 0; i < expected.length; i++) {
      float bound = ABSOLUTE + (Math.abs(expected[i]) + growth) * EPSILON * growth + rounding;
      float tolerance = test.terms() == 0 ? 0f : bound;
      if (!(Math.abs(found[i] - expected[i]) <= tolerance)) {
        fail(
            "%s, seed %d: [%d] expected %s, found %s", test, test.seed(), i, expected[i], found[i]);
      }
    }
  }

  /**
   * The processor rounds the operands of products and nothing else. Inputs that bf16 holds exactly
   * are not changed by that, so that the tolerance is that of 32 bits. Only attention multiplies
   * something of its own making: each of its weights, of sum 1, moves by at most {@code 2^-9} of
   * itself, and the result by that part of the largest value, which is below 6 in all cases.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void operation_onCpuInBf16_equalsReferenceOnRoundedInputsAndKeepsBitsOverThreads(Case test) {
    assumeTrue(!BF16_CPUS.isEmpty(), "this processor does not multiply bf16");
    float rounding = test.name().startsWith("attention") ? 6 * 0x1p-9f : 0f;

    float[] found = runRounded(BF16_CPUS.getFirst(), test);

    assertClose(test, found, runRounded(REFERENCE, test), rounding);
    for (CpuBackend cpu : BF16_CPUS) {
      assertThat(Arrays.equals(runRounded(cpu, test), found))
          .as("%s, seed %d: equal bits on %d threads", test, test.seed(), cpu.threadCount())
          .isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void operation_onCudaInF32_equalsReferenceAndKeepsBits(Case test) {
    assumeTrue(CUDA != null, "there is no C++ compiler for the emulation");

    for (Backend backend : withLibrary(test, LIBRARY, CUDA)) {
      float[] found = assertEqualsReference(backend, test);

      assertThat(Arrays.equals(run(backend, test, test.seed()), found)).as("equal bits").isTrue();
    }
  }

  /**
   * In bf16, with inputs that bf16 holds exactly, so that only results are rounded: each rounding
   * moves a number by at most {@code 2^-9} of itself, and no case rounds more than four times in a
   * row (attention also rounds its weights). Independent roundings add up as squares: {@code 4 / 2}
   * halves of {@code 2^-8} at most over all elements, and {@code 4 * 2^-9} of the largest number at
   * any one. Moves are exact.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void operation_onCudaInBf16_equalsReferenceOnRoundedInputs(Case test) {
    assumeTrue(BF16 != null, "there is nothing to run its kernels");
    float[] expected = runRounded(REFERENCE, test);

    for (Backend backend : withLibrary(test, LIBRARY_BF16, BF16, PORTABLE_BF16)) {
      float[] found = runRounded(backend, test);

      double largest = 0;
      double squares = 0;
      double errors = 0;
      double worst = 0;
      for (int i = 0; i < expected.length; i++) {
        double error = Math.abs((double) found[i] - expected[i]);
        largest = Math.max(largest, Math.abs(expected[i]));
        worst = error <= worst ? worst : error;
        squares += (double) expected[i] * expected[i];
        errors += error * error;
      }
      String what = "%s on %s, seed %d".formatted(test, backend.engineClass(), test.seed());
      boolean exact = test.terms() == 0;
      assertThat(worst).as(what).isLessThanOrEqualTo(exact ? 0 : ABSOLUTE + 0x1p-7 * largest);
      double bound = ABSOLUTE + 0x1p-8 * Math.sqrt(squares);
      assertThat(Math.sqrt(errors)).as(what).isLessThanOrEqualTo(bound);
    }
  }

  @Test
  void linear_inputOfOtherLength_isRefused() {
    Inputs inputs = new Inputs(CPUS.getFirst(), 1);
    LinearWeight weight = inputs.linear(4, 8, true);
    Tensor x = inputs.tensor(2, 9);
    Tensor out = inputs.result(2, 4);

    assertThatThrownBy(() -> CPUS.getFirst().linear(out, x, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected rows of 8, found shape (2, 9)");
  }
}
