package dev.longtake.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

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
