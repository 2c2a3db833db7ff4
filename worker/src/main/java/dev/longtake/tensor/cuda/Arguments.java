package dev.longtake.tensor.cuda;

import static dev.longtake.error.Require.require;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The one struct that a kernel takes, filled field by field in the order of its declaration. Every
 * field has 8 bytes: a {@code long long}, a {@code double}, or the two of a {@code View}.
 */
final class Arguments {

  private static final long BYTES = 512;

  private final MemorySegment struct = Arena.ofAuto().allocate(BYTES, Long.BYTES);
  private long at;

  /** Starts over. */
  Arguments begin() {
    at = 0;
    return this;
  }

  /** A tensor; null is an address of 0. */
  Arguments view(@Nullable Tensor tensor) {
    if (tensor == null) {
      return integer(0).integer(0);
    }
    require(
        tensor.dtype() == DType.F32 || tensor.dtype() == DType.BF16,
        "expected a tensor of F32 or BF16, found %s",
        tensor.dtype());
    return integer(tensor.address()).integer(tensor.dtype() == DType.BF16 ? 1 : 0);
  }

  /** Where a tensor lies; null is 0. For fields whose element type is fixed. */
  Arguments address(@Nullable Tensor tensor) {
    return integer(tensor == null ? 0 : tensor.address());
  }

  /** A whole number. */
  Arguments integer(long value) {
    struct.set(ValueLayout.JAVA_LONG, at, value);
    at += Long.BYTES;
    return this;
  }

  /** A number. */
  Arguments real(double value) {
    struct.set(ValueLayout.JAVA_DOUBLE, at, value);
    at += Double.BYTES;
    return this;
  }

  /** The struct as filled. */
  MemorySegment struct() {
    return struct.asSlice(0, at);
  }
}
