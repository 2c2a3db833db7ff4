package dev.longtake.tensor.cuda;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;

/** What becomes of a result code of the CUDA driver: a failure, or a lost device. Pure. */
final class CudaFailure {

  private CudaFailure() {}

  /** The failure of an allocation, with what there was. */
  static LongtakeException outOfMemory(String device, long wanted, long free, long total) {
    return new LongtakeException(
        ErrorCode.OUT_OF_MEMORY,
        "%s: expected %d MiB of free memory for one more block, found %d of %d MiB"
            .formatted(device, Math.ceilDiv(wanted, 1 << 20), free >> 20, total >> 20));
  }

  /** The failure of an allocation of host memory that the device copies from and to. */
  static LongtakeException outOfHostMemory(String device, long wanted) {
    return new LongtakeException(
        ErrorCode.OUT_OF_MEMORY,
        ("%s: expected %d KiB of this machine's memory that can be pinned for the device, found"
                + " none (CUDA error 2, in cuMemHostAlloc)")
            .formatted(device, Math.ceilDiv(wanted, 1 << 10)));
  }

  /** What a code says, for people, with its number. */
  static String meaning(int code) {
    return "%s (CUDA error %d)".formatted(CudaCodes.text(code), code);
  }

  /**
   * The failure of one call in a context.
   *
   * @param device {@code cuda:0}
   * @param call what was tried, for people
   * @return never if the code is sticky: it is thrown as an {@link Error}
   * @throws DeviceLostError if the code is sticky
   */
  static LongtakeException of(String device, String call, int code) {
    if (CudaCodes.isSticky(code)) {
      throw new DeviceLostError(
          "%s is lost to this process: %s (CUDA error %d, in %s); see the driver's XID message in"
                  .formatted(device, CudaCodes.text(code), code, call)
              + " the system log");
    }
    return failed(device, CudaCodes.text(code), code, call);
  }

  /**
   * The failure of one call before there is a context: nothing is lost then, whatever the code, and
   * another device or a later try may do.
   *
   * @param device {@code cuda:0}, or {@code the NVIDIA driver}
   */
  static LongtakeException atStart(String device, String call, int code) {
    return failed(device, "cannot be used: " + CudaCodes.textAtStart(code), code, call);
  }

  private static LongtakeException failed(String device, String meaning, int code, String call) {
    return new LongtakeException(
        ErrorCode.ENGINE_FAILED,
        "%s: %s (CUDA error %d, in %s)".formatted(device, meaning, code, call));
  }
}
