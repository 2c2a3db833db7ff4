package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("restricted") // Addresses that are never followed.
class ProductKernelTest {

  private static Tensor tensor(DType dtype, long address) {
    long bytes = 64L * dtype.byteSize();
    return new Tensor(Shape.of(64), dtype, MemorySegment.ofAddress(address).reinterpret(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "90, F32, F32, 64, linear",
    "90, F32, BF16, 64, linear_split",
    "90, BF16, BF16, 64, linear_tensor",
    "90, BF16, F32, 64, linear",
    "90, F32, BF16, 60, linear",
    "80, F32, BF16, 8, linear_split",
    "75, F32, BF16, 64, linear",
    "75, BF16, BF16, 64, linear",
  })
  void linear_ofTypesAndSizes_takesTheKernelThatCan(
      int computeCapability, DType x, DType weight, int length, String file) {
    assertThat(ProductKernel.linear(computeCapability, tensor(x, 256), tensor(weight, 512), length))
        .extracting(ProductKernel::file)
        .isEqualTo(file);
  }

  @ParameterizedTest
  @CsvSource({
    "F32, 256, F32, 96, 96, conv",
    "F32, 256, BF16, 96, 96, conv_split_96",
    "F32, 256, BF16, 192, 192, conv_split_96",
    "F32, 256, BF16, 384, 384, conv_split",
    "F32, 256, BF16, 16, 384, conv_split",
    "F32, 256, BF16, 3, 96, conv",
    "F32, 260, BF16, 96, 96, conv",
    "BF16, 256, BF16, 96, 96, conv_tensor",
  })
  void conv_ofTypesAndSizes_takesTheKernelAndTheTileThatFit(
      DType x, long address, DType weight, int channels, int outputs, String function) {
    ProductKernel kernel =
        ProductKernel.conv(90, tensor(x, address), null, tensor(weight, 512), channels, outputs);

    assertThat(kernel.function()).isEqualTo(function);
    assertThat(kernel.tileColumns())
        .isEqualTo(function.equals("conv") ? 64 : function.endsWith("_96") ? 96 : 128);
  }

  /** Frames of before lie elsewhere. */
  @Test
  void conv_withAPastThatIsNotAligned_isPortable() {
    Tensor x = tensor(DType.F32, 256);
    Tensor weight = tensor(DType.BF16, 512);

    assertThat(ProductKernel.conv(90, x, tensor(DType.F32, 516), weight, 96, 96).file())
        .isEqualTo("conv");
    assertThat(ProductKernel.conv(90, x, tensor(DType.F32, 528), weight, 96, 96).file())
        .isEqualTo("conv_split");
  }
}
