package dev.longtake.tensor;

import static dev.longtake.error.Require.require;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The lengths of a tensor's axes, outermost first; the last axis is contiguous. A scalar has no
 * axes. Lengths may be 0. Immutable.
 */
public final class Shape {

  private final int[] dims;
  private final long elementCount;

  private Shape(int[] dims) {
    long count = 1;
    for (int dim : dims) {
      require(dim >= 0, "an axis has negative length: %s", Arrays.toString(dims));
      count = Math.multiplyExact(count, (long) dim);
    }
    this.dims = dims;
    this.elementCount = count;
  }

  /**
   * The shape with these axis lengths.
   *
   * @throws IllegalArgumentException if a length is negative
   * @throws ArithmeticException if the element count does not fit 63 bits
   */
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /** Number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Length of an axis, from 0; a negative number counts from the last axis (-1). */
  public int dim(int axis) {
    return dims[axis < 0 ? dims.length + axis : axis];
  }

  /** Product of all lengths; 1 for a scalar. */
  public long elementCount() {
    return elementCount;
  }

  /** The lengths. */
  public List<Integer> dims() {
    return Arrays.stream(dims).boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For messages: {@code (1536, 16, 1, 2, 2)}. */
  @Override
  public String toString() {
    return Arrays.stream(dims)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
