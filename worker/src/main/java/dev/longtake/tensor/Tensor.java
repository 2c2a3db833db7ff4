package dev.longtake.tensor;

import static dev.longtake.error.Require.require;

import java.lang.foreign.MemorySegment;

/**
 * A dense row-major array in the memory of one {@link Backend}: a shape, an element type and where
 * the elements lie. It owns nothing; the {@link Workspace} or backend it came from does. Views
 * share its elements.
 *
 * @param storage exactly {@code shape.elementCount() * dtype.byteSize()} bytes, aligned to 64 for
 *     tensors that are no views; host memory for the CPU backends, and an address that only the
 *     device may follow for a device
 */
public record Tensor(Shape shape, DType dtype, MemorySegment storage) {

  public Tensor {
    long expected = Math.multiplyExact(shape.elementCount(), (long) dtype.byteSize());
    require(
        storage.byteSize() == expected,
        "storage of shape %s must have %d bytes, has %d",
        shape,
        expected,
        storage.byteSize());
  }

  /** Length of an axis; a negative number counts from the last one. */
  public int dim(int axis) {
    return shape.dim(axis);
  }

  /** Number of elements. */
  public long elementCount() {
    return shape.elementCount();
  }

  /** The address of the first element in the backend's memory. */
  public long address() {
    return storage.address();
  }

  /** The same elements under another shape of equal element count. */
  public Tensor view(int... dims) {
    return new Tensor(Shape.of(dims), dtype, storage);
  }

  /** {@code count} entries of the outermost axis from {@code first}; shares the elements. */
  public Tensor slice(int first, int count) {
    require(
        first >= 0 && count >= 0 && first + count <= dim(0),
        "slice %d + %d leaves the %d entries of axis 0",
        first,
        count,
        dim(0));
    int[] dims = shape.dims().stream().mapToInt(Integer::intValue).toArray();
    long stride = dims[0] == 0 ? 0 : storage.byteSize() / dims[0];
    dims[0] = count;
    return new Tensor(Shape.of(dims), dtype, storage.asSlice(first * stride, count * stride));
  }

  /** Entry {@code index} of the outermost axis, without that axis. */
  public Tensor row(int index) {
    Tensor entry = slice(index, 1);
    int[] dims = shape.dims().stream().skip(1).mapToInt(Integer::intValue).toArray();
    return new Tensor(Shape.of(dims), dtype, entry.storage());
  }

  /** {@code count} elements from {@code first}, as one axis; shares the elements. */
  public Tensor run(long first, int count) {
    long width = dtype.byteSize();
    return new Tensor(Shape.of(count), dtype, storage.asSlice(first * width, count * width));
  }
}
