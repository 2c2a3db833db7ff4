package dev.longtake.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Activation;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CpuBackendTest {

  @Test
  void create_noThread_isRefused() {
    assertThatThrownBy(() -> CpuBackend.create(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threadCount is not positive: 0");
  }

  @Test
  void engineClass_ofAnyBackend_namesKindPrecisionVersionAndFingerprint() {
    try (CpuBackend one = CpuBackend.create(1);
        CpuBackend three = CpuBackend.create(3)) {
      assertThat(one.engineClass()).matches("cpu-(avx512|avx2|sse41)-f32-[0-9]+-[0-9a-f]{8}");
      assertThat(three.engineClass()).isEqualTo(one.engineClass());
      assertThat(Fingerprint.of(three)).isEqualTo(Fingerprint.of(one));
    }
  }

  @Test
  void engineClass_inBf16_isAnotherOne() {
    assumeTrue(CpuBackend.multipliesBf16(), "this processor does not multiply bf16");
    try (CpuBackend f32 = CpuBackend.create(1);
        CpuBackend one = CpuBackend.create(1, DType.BF16);
        CpuBackend three = CpuBackend.create(3, DType.BF16)) {
      assertThat(one.engineClass()).matches("cpu-(avx512|amx)-bf16-[0-9]+-[0-9a-f]{8}");
      assertThat(three.engineClass()).isEqualTo(one.engineClass());
      assertThat(Fingerprint.of(three)).isEqualTo(Fingerprint.of(one));
      assertThat(Fingerprint.of(one)).isNotEqualTo(Fingerprint.of(f32));
    }
  }

  /** The bits are those of {@code dnnl_cpu_isa_t}, from SSE4.1 to AMX with fp16. */
  @ParameterizedTest
  @CsvSource({
    "0x01,",
    "0x07,",
    "0x1f,",
    "0x27,",
    "0x67,",
    "0xe7,avx512",
    "0x1ef,avx512",
    "0xfef,amx",
    "0x1fef,amx"
  })
  void instructionSetOfBf16_ofAProcessor_isThereFromAvx512Bf16On(String bits, String expected) {
    assertThat(DnnlLibrary.instructionSetOfBf16(Integer.decode(bits)))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void create_inF16_isRefused() {
    assertThatThrownBy(() -> CpuBackend.create(1, DType.F16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiplies F32 and BF16, found F16");
  }

  @Test
  void create_inBf16WithoutInstructionsForIt_isRefused() {
    assertThatThrownBy(() -> CpuBackend.requireBf16(Optional.empty(), "avx2"))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED))
        .hasMessage(
            "bf16 on the processor: expected one with AVX-512 BF16 or AMX, found one with avx2");
  }

  /** Ties go to even; what is too large becomes infinite; NaN stays NaN whatever its fraction. */
  @Test
  void round_ofAnyFloats_isTheNearestBf16() {
    int[] edges = {
      0x00000000, 0x80000000, 0x3f808000, 0x3f818000, 0x3f808001, 0x3f807fff, 0x7f7fffff,
      0x7f800000, 0xff800000, 0x7fc00000, 0x7fffffff, 0x7f800001, 0xffffffff, 0x00000001,
      0x00008000, 0x00018000, 0x007fffff
    };
    Random random = new Random(11);
    int count = 1013;
    MemorySegment x = Arena.ofAuto().allocate(4L * count, 64);
    for (int i = 0; i < count; i++) {
      x.setAtIndex(JAVA_INT, i, i < edges.length ? edges[i] : random.nextInt());
    }
    short[] expected = new short[count];
    for (int i = 0; i < count; i++) {
      expected[i] = nearestBf16(x.getAtIndex(JAVA_FLOAT, i));
    }

    RowKernels.round(x.address(), x.address(), count);

    assertThat(x.asSlice(0, 2L * count).toArray(JAVA_SHORT)).containsExactly(expected);
  }

  /** By trying the two neighbours. */
  private static short nearestBf16(float x) {
    int bits = Float.floatToRawIntBits(x);
    if (Float.isNaN(x)) {
      return 0x7fc0;
    }
    int below = bits >> 16;
    double down = wide((short) below);
    double up = Float.isInfinite(x) ? down : wide((short) (below + 1));
    double toDown = Math.abs(x - down);
    double toUp = Math.abs(x - up);
    boolean isDown = toDown < toUp || (toDown == toUp && (below & 1) == 0) || Float.isInfinite(x);
    return (short) (isDown ? below : below + 1);
  }

  /** What infinity stands for in a comparison of distances is the next power of two. */
  private static double wide(short bf16) {
    float value = Float.intBitsToFloat(bf16 << 16);
    return Float.isInfinite(value) ? Math.copySign(0x1p128, value) : value;
  }

  @Test
  void linear_calledOnAVirtualThread_givesTheSameBits() throws InterruptedException {
    try (CpuBackend backend = CpuBackend.create(2)) {
      Random random = new Random(7);
      LinearWeight weight = backend.prepareLinear(96, 200, values(random, 96 * 200), null);
      Tensor x = backend.allocate(Shape.of(150, 200));
      x.storage().copyFrom(values(random, 150 * 200));
      AtomicReference<float[]> found = new AtomicReference<>();

      float[] expected = product(backend, x, weight);
      Thread.ofVirtual().start(() -> found.set(product(backend, x, weight))).join();

      assertThat(found.get()).containsExactly(expected);
    }
  }

  private static float[] product(CpuBackend backend, Tensor x, LinearWeight weight) {
    Tensor out = backend.allocate(Shape.of(x.dim(0), weight.outputCount()));
    backend.linear(out, x, weight, Activation.SILU);
    float[] values = new float[Math.toIntExact(out.elementCount())];
    backend.read(out, values, 0);
    return values;
  }

  private static MemorySegment values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return MemorySegment.ofArray(values);
  }

  @Test
  void run_manyJobsOnThreeThreads_computesEachTileOnce() {
    try (TilePool pool = new TilePool(3)) {
      for (int tiles = 0; tiles < 200; tiles++) {
        AtomicIntegerArray counts = new AtomicIntegerArray(Math.max(1, tiles));

        pool.run(tiles, (tile, thread) -> counts.incrementAndGet(tile));

        for (int tile = 0; tile < tiles; tile++) {
          assertThat(counts.get(tile)).as("tile %d of %d", tile, tiles).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void run_aTileThatFails_failsTheCallerAfterAllTiles() {
    try (TilePool pool = new TilePool(2)) {
      AtomicIntegerArray counts = new AtomicIntegerArray(8);

      assertThatThrownBy(
              () ->
                  pool.run(
                      8,
                      (tile, thread) -> {
                        counts.incrementAndGet(tile);
                        if (tile == 3) {
                          throw new IllegalStateException("tile 3");
                        }
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("tile 3");
      for (int tile = 0; tile < 8; tile++) {
        assertThat(counts.get(tile)).isEqualTo(1);
      }
    }
  }

  @Test
  void run_fromInsideATile_isRefused() {
    try (TilePool pool = new TilePool(1)) {
      assertThatThrownBy(() -> pool.run(1, (tile, thread) -> pool.run(1, (inner, same) -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("two threads use one backend");
    }
  }

  @Test
  void exp_overItsRange_isWithinThreeUnitsInTheLastPlace() {
    for (float x = -87f; x < 88f; x += 0.0371f) {
      float expected = (float) Math.exp(x);

      float found = Lanes.exp(Lanes.fill(x)).lane(0);

      assertThat(Math.abs(found - expected))
          .as("exp(%s)", x)
          .isLessThanOrEqualTo(3 * Math.ulp(expected));
    }
  }

  @Test
  void ofWork_anyShape_coversEachRowOnce() {
    for (int rows : new int[] {1, 5, 64, 65, 1000}) {
      Tiling tiling = Tiling.ofWork(rows, 300, 16_384);

      assertThat(tiling.first(0)).isZero();
      assertThat(tiling.first(tiling.tileCount())).isEqualTo(rows);
      for (int tile = 0; tile < tiling.tileCount(); tile++) {
        assertThat(tiling.count(tile)).isPositive();
      }
    }
  }
}
