package dev.longtake.tensor.cuda;

import dev.longtake.lifetime.Opened;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * Blocks of device memory. Their segments only carry addresses and lengths: host code that followed
 * them would crash.
 */
final class CudaMemory implements Workspace.BlockSource, AutoCloseable {

  private final CudaDriver driver;
  private final Set<Long> blocks = new HashSet<>();

  CudaMemory(CudaDriver driver) {
    this.driver = driver;
  }

  @Override
  @SuppressWarnings("restricted") // A length for an address that is never followed here.
  public MemorySegment allocate(long byteCount) {
    long address = driver.allocate(Math.max(1, byteCount));
    blocks.add(address);
    return MemorySegment.ofAddress(address).reinterpret(byteCount);
  }

  @Override
  public void free(MemorySegment block) {
    if (blocks.remove(block.address())) {
      driver.free(block.address());
    }
  }

  /** A tensor with a block of its own. */
  Tensor allocate(DType dtype, Shape shape) {
    long byteCount = Math.multiplyExact(shape.elementCount(), (long) dtype.byteSize());
    return new Tensor(shape, dtype, allocate(byteCount));
  }

  /** The same, given back with what was opened so far if nobody keeps that. */
  Tensor allocate(DType dtype, Shape shape, Opened opened) {
    Tensor tensor = allocate(dtype, shape);
    opened.add(() -> free(tensor.storage()));
    return tensor;
  }

  /** Gives everything back. */
  @Override
  public void close() {
    blocks.forEach(driver::free);
    blocks.clear();
  }
}
