package dev.longtake.tensor.cuda;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.cuda.CudaSystem.Products;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import org.jspecify.annotations.Nullable;

/**
 * The device that tests of the CUDA backend run on: the host emulation, or with {@code mvn -Pgpu}
 * the first GPU, which then must be there.
 */
public final class CudaDevices {

  private static final boolean GPU = Boolean.getBoolean("longtake.gpu");

  private CudaDevices() {}

  /** Whether there is one. */
  public static boolean isPossible() {
    return GPU || HostEmulation.isPossible();
  }

  /** A backend with kernels alone; null, after a warning, if this machine cannot run one. */
  public static @Nullable Backend openOrSkip(Precision precision) {
    if (GPU) {
      return CudaSystem.find().open(0, precision, Products.OWN);
    }
    return HostEmulation.isPossible() ? CudaBackend.create(new HostEmulation(90), precision) : null;
  }

  /**
   * A backend with cuBLASLt for large products, on the emulation a stand-in of it; null if there is
   * none.
   */
  public static @Nullable Backend openWithLibrary(Precision precision) {
    if (GPU) {
      CudaSystem system = CudaSystem.find();
      return system.productLibrary().isPresent()
          ? system.open(0, precision, Products.LIBRARY)
          : null;
    }
    return HostEmulation.isPossible()
        ? CudaBackend.create(new HostEmulation(90), precision, CublasLtStandIn.open())
        : null;
  }

  /** A backend in bf16 whose attention groups of warps compute; null if there is none. */
  public static @Nullable Backend openWithWarpGroups() {
    if (GPU) {
      CudaSystem system = CudaSystem.find();
      return system.device(0).computeCapability() == KernelSource.WARP_GROUPS
          ? system.open(0, Precision.BF16, Products.OWN, Attention.WARP_GROUPS)
          : null;
    }
    return HostEmulation.isPossible()
        ? CudaBackend.create(new HostEmulation(90), Precision.BF16, null, Attention.WARP_GROUPS)
        : null;
  }

  /** A backend in bf16 that runs the portable kernels; null if there is none. */
  public static @Nullable Backend openWithoutTensorCores() {
    return !GPU && HostEmulation.isPossible()
        ? CudaBackend.create(new HostEmulation(70), Precision.BF16)
        : null;
  }
}
