package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.cuda.kernel.NativeLibrary;
import java.util.List;
import org.junit.jupiter.api.Test;

class CudaSystemTest {

  @Test
  void find_withoutADriver_saysSo() {
    assumeTrue(
        NativeLibrary.open(List.of("libcuda.so.1")).isEmpty(), "this machine has an NVIDIA driver");

    assertThatThrownBy(CudaSystem::find)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED))
        .hasMessage("there is no NVIDIA driver on this machine: libcuda.so.1 cannot be opened");
  }

  @Test
  void open_ofNvmlWithoutALibrary_isEmpty() {
    assumeTrue(NativeLibrary.open(List.of("libnvidia-ml.so.1")).isEmpty(), "this machine has NVML");

    assertThat(Nvml.open("0000:00:00.0")).isEmpty();
  }
}
