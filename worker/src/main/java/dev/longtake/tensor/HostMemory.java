package dev.longtake.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/**
 * Native memory of this process, aligned to cache lines: what the CPU backends keep tensors in.
 * Each block can be given back by itself; closing gives back all of them.
 */
public final class HostMemory implements Workspace.BlockSource, AutoCloseable {

  private static final long ALIGNMENT = 64;

  private final Map<Long, Arena> arenas = new HashMap<>();
  private long allocationCount;

  /** A tensor of undefined contents with a block of its own. */
  public Tensor allocate(Shape shape) {
    long byteCount = Math.multiplyExact(shape.elementCount(), (long) Float.BYTES);
    return new Tensor(shape, DType.F32, allocate(byteCount));
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // Closed by free and close.
  public synchronized MemorySegment allocate(long byteCount) {
    // Shared, because a backend's threads read what the caller's thread allocated.
    Arena arena = Arena.ofShared();
    MemorySegment block = arena.allocate(Math.max(byteCount, 1), ALIGNMENT).asSlice(0, byteCount);
    arenas.put(block.address(), arena);
    allocationCount++;
    return block;
  }

  @Override
  public synchronized void free(MemorySegment block) {
    Arena arena = arenas.remove(block.address());
    if (arena != null) {
      arena.close();
    }
  }

  /** Blocks taken from the system so far, those given back included. */
  public synchronized long allocationCount() {
    return allocationCount;
  }

  /** Copies an array's values into a tensor of this memory. */
  public static void write(Tensor out, float[] values, int first) {
    int count = Math.toIntExact(out.elementCount());
    MemorySegment.copy(values, first, out.storage(), ValueLayout.JAVA_FLOAT, 0, count);
  }

  /** Copies a tensor of this memory into an array. */
  public static void read(Tensor x, float[] values, int first) {
    int count = Math.toIntExact(x.elementCount());
    MemorySegment.copy(x.storage(), ValueLayout.JAVA_FLOAT, 0, values, first, count);
  }

  @Override
  public synchronized void close() {
    arenas.values().forEach(Arena::close);
    arenas.clear();
  }
}
