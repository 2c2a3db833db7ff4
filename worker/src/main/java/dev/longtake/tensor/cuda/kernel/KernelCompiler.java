package dev.longtake.tensor.cuda.kernel;

/** Makes machine code of kernel files. */
public interface KernelCompiler {

  /** Name and version, {@code nvrtc 13.0}: another version may give other bits. */
  String version();

  /**
   * Whether a driver reads what it makes: the machine code of CUDA 13's compilers has a form that
   * drivers of CUDA 12 do not know.
   *
   * @param driverVersion 12060 for 12.6
   */
  default boolean isFor(int driverVersion) {
    return true;
  }

  /**
   * What decides on bits besides what {@link #compile} gives; empty if nothing does. Where the
   * driver finishes the code, its exact version.
   */
  default String finisher() {
    return "";
  }

  /**
   * Compiles a file.
   *
   * @param computeCapability 90 for 9.0
   * @return what the driver loads: machine code or PTX
   * @throws dev.longtake.error.LongtakeException {@code ENGINE_FAILED}, with what the compiler said
   */
  byte[] compile(KernelSource source, int computeCapability);
}
