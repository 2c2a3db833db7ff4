package dev.longtake.tensor.cuda;

import dev.longtake.tensor.Backend;
import org.jspecify.annotations.Nullable;

/** The device that tests of the CUDA backend run on: the host emulation. */
public final class CudaDevices {

  private CudaDevices() {}

  /** Whether there is one. */
  public static boolean isPossible() {
    return HostEmulation.isPossible();
  }

  /** A backend; null, after a warning, if this machine cannot run one. */
  public static @Nullable Backend openOrSkip(Precision precision) {
    return HostEmulation.isPossible() ? CudaBackend.create(new HostEmulation(90), precision) : null;
  }

  /** A backend in bf16 that runs the portable kernels; null if this machine cannot. */
  public static @Nullable Backend openWithoutTensorCores() {
    return HostEmulation.isPossible()
        ? CudaBackend.create(new HostEmulation(70), Precision.BF16)
        : null;
  }
}
