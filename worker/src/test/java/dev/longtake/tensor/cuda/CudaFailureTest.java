package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaFailureTest {

  @ParameterizedTest
  @ValueSource(ints = {214, 226, 700, 716, 719, 721, 810, 999})
  void of_stickyCode_isAnErrorThatEndsTheProcess(int code) {
    assertThatThrownBy(() -> CudaFailure.of("cuda:1", "cuStreamSynchronize", code))
        .isInstanceOf(DeviceLostError.class)
        .hasMessageContaining("cuda:1 is lost to this process")
        .hasMessageContaining("CUDA error " + code);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 34, 100, 209, 221, 222, 713, 804, 805, 809, 12345})
  void of_otherCode_isAFailureOfThisWorker(int code) {
    LongtakeException failure = CudaFailure.of("cuda:0", "cuInit", code);

    assertThat(CudaFailure.isSticky(code)).isFalse();
    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    assertThat(failure.code().kind()).isEqualTo(ErrorKind.WORKER);
    assertThat(failure.getMessage()).contains("cuda:0", "CUDA error " + code, "in cuInit");
  }

  /** Before a device was used, nothing can be lost. */
  @ParameterizedTest
  @ValueSource(ints = {1, 34, 46, 100, 304, 700, 802, 803, 804, 805, 807, 810, 999, 12345})
  void atStart_ofAnyCode_isAFailureAndNoLostDevice(int code) {
    LongtakeException failure = CudaFailure.atStart("cuda:0", "cuInit", code);

    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    assertThat(failure.getMessage())
        .startsWith("cuda:0: cannot be used: ")
        .endsWith(" (CUDA error %d, in cuInit)".formatted(code))
        .doesNotContain("lost to this process");
  }

  @Test
  void atStart_ofWhatIsOftenMet_saysWhatToLookAt() {
    assertThat(CudaFailure.atStart("the NVIDIA driver", "cuInit", 999))
        .hasMessageContaining("nvidia_uvm");
    assertThat(CudaFailure.atStart("cuda:0", "cuDevicePrimaryCtxRetain", 46))
        .hasMessageContaining("exclusive mode");
  }

  @Test
  void outOfHostMemory_ofAPinnedPiece_saysWhichMemory() {
    assertThat(CudaFailure.outOfHostMemory("cuda:0", 1 << 20))
        .hasMessageContaining("1024 KiB of this machine's memory");
  }

  @Test
  void outOfMemory_ofALargeBlock_saysWhatThereWas() {
    assertThat(CudaFailure.outOfMemory("cuda:0", 512L << 20, 100L << 20, 8192L << 20))
        .hasMessage(
            "cuda:0: expected 512 MiB of free memory for one more block, found 100 of 8192 MiB");
  }

  @Test
  void requireVersion_ofAnOldDriver_isRefused() {
    assertThatThrownBy(() -> CudaSystem.requireVersion(11_040))
        .isInstanceOf(LongtakeException.class)
        .hasMessage(
            "the NVIDIA driver is too old: expected one for CUDA 12.0 or newer, found CUDA 11.4");
    CudaSystem.requireVersion(13_000);
  }
}
