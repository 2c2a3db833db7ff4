package dev.longtake.tensor.cuda;

/** Makes machine code of kernel files. */
interface KernelCompiler {

  /** Name and version, {@code nvrtc 13.0}: another version may give other bits. */
  String version();

  /**
   * Compiles a file.
   *
   * @param computeCapability 90 for 9.0
   * @return what the driver loads: machine code or PTX
   * @throws dev.longtake.error.LongtakeException {@code ENGINE_FAILED}, with what the compiler said
   */
  byte[] compile(KernelSource source, int computeCapability);
}
