package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.cuda.CudaSystem.Device;
import dev.longtake.tensor.cuda.CudaSystem.Search;
import dev.longtake.tensor.cuda.kernel.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaSystemTest {

  @Test
  void find_withoutADriver_saysSo() {
    assumeTrue(
        NativeLibrary.open(List.of("libcuda.so.1")).isEmpty()
            && !Files.exists(Path.of("/proc/driver/nvidia")),
        "this machine has an NVIDIA driver");

    assertThatThrownBy(CudaSystem::find)
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED))
        .hasMessage("there is no NVIDIA driver on this machine: libcuda.so.1 cannot be opened");
  }

  /** A container on a machine with GPUs, none of which was given to it. */
  @Test
  void withoutLibrary_whereTheModuleRuns_isAbsentAndSaysHowContainersGetGpus() {
    assertThat(CudaSystem.withoutLibrary(true, false))
        .isEqualTo(
            new Search.Absent(
                "there is no NVIDIA driver on this machine: libcuda.so.1 cannot be opened, though"
                    + " the driver's module runs (a container is given GPUs by --gpus all)"));
  }

  @Test
  void withoutLibrary_whereGpusWereGiven_fails() {
    assertThatThrownBy(() -> CudaSystem.withoutLibrary(true, true))
        .isInstanceOf(LongtakeException.class)
        .hasMessage(
            "/dev/nvidiactl is here, but not the NVIDIA driver's library: libcuda.so.1 cannot be"
                + " opened (install it; a container is given it by"
                + " NVIDIA_DRIVER_CAPABILITIES=compute,utility)");
  }

  @Test
  void withoutDevice_whereAVariableHidesThem_saysWhatItSays() {
    assertThat(CudaSystem.withoutDevice("-1")).contains("CUDA_VISIBLE_DEVICES leaves none: \"-1\"");
    assertThat(CudaSystem.withoutDevice(null)).contains("--gpus all", "MIG");
  }

  @ParameterizedTest
  @CsvSource({"80,BF16,8.0 and bf16", "90,F32,9.0 and f32", "100,BF16,10.0 and bf16"})
  void requireWarpGroups_whereThereAreNone_isRefused(
      int computeCapability, Precision precision, String found) {
    Device device = new Device("cuda:1", "GPU", computeCapability, 1, "0000:01:00.0");

    CudaSystem.requireWarpGroups(device, precision, Attention.WARPS);
    assertThatThrownBy(() -> CudaSystem.requireWarpGroups(device, precision, Attention.WARP_GROUPS))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID))
        .hasMessage(
            "device cuda:1: warpgroup expects compute capability 9.0 and bf16, found %s (GPU)",
            found);
  }

  @Test
  void open_ofNvmlWithoutALibrary_isEmpty() {
    assumeTrue(NativeLibrary.open(List.of("libnvidia-ml.so.1")).isEmpty(), "this machine has NVML");

    assertThat(Nvml.open("0000:00:00.0")).isEmpty();
  }
}
