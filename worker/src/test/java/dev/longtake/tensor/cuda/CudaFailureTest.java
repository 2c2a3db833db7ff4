package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import java.lang.reflect.Field;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaFailureTest {

  @ParameterizedTest
  @ValueSource(ints = {214, 226, 700, 716, 719, 721, 810, 911, 999})
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

    assertThat(CudaCodes.isSticky(code)).isFalse();
    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    assertThat(failure.code().kind()).isEqualTo(ErrorKind.WORKER);
    assertThat(failure.getMessage()).contains("cuda:0", "CUDA error " + code, "in cuInit");
  }

  /** JCuda lists those of CUDA 12.6; the others are in the header of CUDA 13.0. */
  @Test
  void text_ofEveryCodeThatThereIs_isInWords() throws IllegalAccessException {
    Set<Integer> codes = new TreeSet<>(Set.of(36, 225, 226, 402, 721, 913, 914, 915, 916));
    for (Field field : CUresult.class.getFields()) {
      if (field.getName().startsWith("CUDA_ERROR_")) {
        codes.add(field.getInt(null));
      }
    }

    assertThat(codes).hasSizeGreaterThan(95).allMatch(CudaCodes::isKnown);
    for (int code = 1; code < 1000; code++) {
      assertThat(CudaCodes.isKnown(code)).as("%d", code).isEqualTo(codes.contains(code));
    }
    assertThat(CudaCodes.text(12345)).isEqualTo("a code that came after CUDA 13.0");
  }

  /** What the driver's reference says leaves "the process in an inconsistent state", or gone. */
  @Test
  void isSticky_ofEveryCode_isWhatTheReferenceSays() {
    assertThat(IntStream.range(0, 1000).filter(CudaCodes::isSticky))
        .containsExactly(
            4, 46, 201, 214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 810,
            911, 999);
    assertThat(IntStream.range(0, 1000).filter(CudaCodes::isCodeRefused))
        .noneMatch(CudaCodes::isSticky);
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
