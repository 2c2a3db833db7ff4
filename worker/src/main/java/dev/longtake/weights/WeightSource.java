package dev.longtake.weights;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;

/** Tensors by name, as a model loads them. Safe for use by several threads. */
public interface WeightSource {

  /** All names, those of unsupported dtypes included. */
  Set<String> names();

  /**
   * The tensor's shape, outermost axis first.
   *
   * @throws dev.longtake.error.LongtakeException if there is no such tensor
   */
  Shape shape(String name);

  /**
   * How the tensor is stored.
   *
   * @throws dev.longtake.error.LongtakeException if there is no such tensor, or its dtype is not
   *     one a model can be computed with
   */
  DType dtype(String name);

  /** The stored type's name if no model can be computed with it; empty otherwise. */
  default Optional<String> unusableType(String name) {
    return Optional.empty();
  }

  /**
   * Reads a run of elements as 32-bit floats, whatever they are stored as.
   *
   * @param firstElement index of the first one, in row-major order; how single rows of a large
   *     table are fetched
   * @param destination heap or native memory, whole floats, native order; filled to its end
   * @throws dev.longtake.error.LongtakeException if there is no such tensor or its dtype is
   *     unsupported
   * @throws IndexOutOfBoundsException if the run leaves the tensor
   */
  void readF32(String name, long firstElement, MemorySegment destination);

  /**
   * Reads a whole tensor as 32-bit floats.
   *
   * @param destination exactly as large as the tensor at four bytes an element
   * @throws IllegalArgumentException if it is not
   */
  default void readF32(String name, MemorySegment destination) {
    long expected = Math.multiplyExact(shape(name).elementCount(), (long) Float.BYTES);
    if (destination.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor %s: destination must have %d bytes, has %d"
              .formatted(name, expected, destination.byteSize()));
    }
    readF32(name, 0L, destination);
  }

  /** Reads a whole tensor of less than 2^31 elements into a new array. */
  default float[] readF32(String name) {
    float[] values = new float[Math.toIntExact(shape(name).elementCount())];
    readF32(name, MemorySegment.ofArray(values));
    return values;
  }

  /**
   * A whole tensor as 32-bit floats in native memory.
   *
   * @param arena what the memory lives as long as
   */
  default MemorySegment floats(Arena arena, String name) {
    MemorySegment values = arena.allocate(shape(name).elementCount() * Float.BYTES, 64);
    readF32(name, values);
    return values;
  }
}
