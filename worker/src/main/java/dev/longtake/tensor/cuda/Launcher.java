package dev.longtake.tensor.cuda;

import dev.longtake.tensor.cuda.CudaDriver.Grid;
import dev.longtake.tensor.cuda.CudaDriver.Kernel;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import java.util.HashMap;
import java.util.Map;

/** Starts kernels by name, and decides their grids. */
final class Launcher {

  private static final int ELEMENT_THREADS = 256;
  private static final int ELEMENT_BLOCKS_MAX = 1 << 16;
  private static final int ROW_THREADS_MAX = 256;
  private static final int GRID_Y_MAX = 1 << 15;

  private final CudaDriver driver;
  private final Map<String, Kernel> kernels = new HashMap<>();

  Launcher(CudaDriver driver) {
    this.driver = driver;
  }

  private Kernel kernel(String file, String function) {
    Kernel known = kernels.get(function);
    if (known == null) {
      known = driver.kernel(KernelSource.load(file), function);
      kernels.put(function, known);
    }
    return known;
  }

  /**
   * Threads over {@code count} elements; nothing for none.
   *
   * @param each how many elements a thread moves at once if it can
   */
  void elements(String file, String function, long count, int each, Arguments arguments) {
    if (count > 0) {
      long blocks =
          Math.min(Math.ceilDiv(count, (long) ELEMENT_THREADS * each), ELEMENT_BLOCKS_MAX);
      start(file, function, new Grid((int) blocks, 1, 1, ELEMENT_THREADS), arguments);
    }
  }

  /** One block for each of {@code rows}, as wide as a row's length deserves. */
  void rows(String file, String function, int rows, int length, Arguments arguments) {
    if (rows > 0) {
      int threads = Math.clamp(Math.ceilDiv(length, 128) * 32L, 32, ROW_THREADS_MAX);
      start(file, function, new Grid(rows, 1, 1, threads), arguments);
    }
  }

  /** One warp for each of {@code rows}, several to a block. */
  void warps(String file, String function, int rows, Arguments arguments) {
    if (rows > 0) {
      int blocks = Math.ceilDiv(rows, ROW_THREADS_MAX / 32);
      start(file, function, new Grid(blocks, 1, 1, ROW_THREADS_MAX), arguments);
    }
  }

  /** A product's tiles over its results, those of its columns along x. */
  void tiles(ProductKernel kernel, long rows, long columns, Arguments arguments) {
    if (rows > 0 && columns > 0) {
      long down = Math.ceilDiv(rows, kernel.tileRows());
      long y = Math.min(down, GRID_Y_MAX);
      int x = Math.toIntExact(Math.ceilDiv(columns, kernel.tileColumns()));
      int z = Math.toIntExact(Math.ceilDiv(down, y));
      start(kernel.file(), kernel.function(), new Grid(x, (int) y, z, 256), arguments);
    }
  }

  /** Tiles of 32 x 32 over a matrix, those of the longer side along x. */
  void transpose(long rows, long columns, Arguments arguments) {
    if (rows > 0 && columns > 0) {
      int x = Math.toIntExact(Math.ceilDiv(Math.max(rows, columns), 32));
      int y = Math.toIntExact(Math.ceilDiv(Math.min(rows, columns), 32));
      start("moves", "transpose", new Grid(x, y, 1, 256), arguments);
    }
  }

  /** Any grid. */
  void start(String file, String function, Grid grid, Arguments arguments) {
    driver.launch(kernel(file, function), grid, arguments.struct());
  }
}
