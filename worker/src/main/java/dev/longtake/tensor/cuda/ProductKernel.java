package dev.longtake.tensor.cuda;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which kernel computes a matrix product or a convolution, by element types, sizes and the device
 * alone. Pure.
 *
 * <p>Tensor cores multiply bf16. They take a left side of bf16 as it is, and one of 32-bit floats
 * split in two of bf16, whose products lose {@code 2^-17} of a term; weights must be bf16.
 *
 * @param file of the kernel
 * @param tileRows results that a block computes along the rows
 * @param tileColumns the same along the outputs
 */
record ProductKernel(String file, String function, int tileRows, int tileColumns) {

  private static final int PORTABLE_TILE = 64;
  private static final int TENSOR_TILE = 128;
  private static final int NARROW_TILE = 96;
  private static final int ALIGNMENT = 16;

  /** Terms that are copied as one. */
  private static final int TERMS = 8;

  /** Whether the device has tensor cores for bf16. */
  static boolean hasTensorCores(int computeCapability) {
    return computeCapability >= KernelSource.TENSOR_CORES_FROM;
  }

  /** Whether tensor cores can take rows of this many numbers of bf16. */
  static boolean fits(int computeCapability, Tensor x, int length) {
    return hasTensorCores(computeCapability)
        && x.dtype() == DType.BF16
        && length % TERMS == 0
        && isAligned(x);
  }

  /** For a linear map of rows of {@code length} numbers. */
  static ProductKernel linear(int computeCapability, Tensor x, Tensor weight, int length) {
    if (!fits(computeCapability, weight, length) || !isAligned(x)) {
      return new ProductKernel("linear", "linear", PORTABLE_TILE, PORTABLE_TILE);
    }
    String file = x.dtype() == DType.BF16 ? "linear_tensor" : "linear_split";
    return new ProductKernel(file, file, TENSOR_TILE, TENSOR_TILE);
  }

  /** For a convolution from pixels of {@code channels} numbers to {@code outputs}. */
  static ProductKernel conv(
      int computeCapability,
      Tensor x,
      @Nullable Tensor past,
      Tensor weight,
      int channels,
      int outputs) {
    if (!fits(computeCapability, weight, channels)
        || !Stream.ofNullable(past).allMatch(ProductKernel::isAligned)
        || !isAligned(x)) {
      return new ProductKernel("conv", "conv", PORTABLE_TILE, PORTABLE_TILE);
    }
    if (x.dtype() == DType.BF16) {
      return new ProductKernel("conv_tensor", "conv_tensor", TENSOR_TILE, TENSOR_TILE);
    }
    boolean narrow = filled(outputs, NARROW_TILE) < filled(outputs, TENSOR_TILE);
    return narrow
        ? new ProductKernel("conv_split", "conv_split_96", TENSOR_TILE, NARROW_TILE)
        : new ProductKernel("conv_split", "conv_split", TENSOR_TILE, TENSOR_TILE);
  }

  /** Outputs that tiles of a size compute, used or not. */
  private static int filled(int outputs, int tile) {
    return Math.ceilDiv(outputs, tile) * tile;
  }

  private static boolean isAligned(Tensor x) {
    return x.address() % ALIGNMENT == 0;
  }
}
