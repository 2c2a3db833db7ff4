package dev.longtake.tensor.cuda;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.Map;

/**
 * What a result code of the CUDA driver means to us. Pure.
 *
 * @see <a href="https://docs.nvidia.com/cuda/cuda-driver-api/">CUDA driver API, CUresult</a>
 */
final class CudaFailure {

  static final int OUT_OF_MEMORY = 2;
  static final int NO_DEVICE = 100;

  /** Not a failure: what was asked for is still under way. */
  static final int NOT_READY = 600;

  /** After one of these the context is lost. */
  private static final Map<Integer, String> STICKY =
      Map.ofEntries(
          Map.entry(4, "the driver is shutting down"),
          Map.entry(46, "the device is not available any more"),
          Map.entry(201, "the context is lost"),
          Map.entry(214, "a memory error that could not be corrected (ECC)"),
          Map.entry(220, "an NVLink error that could not be corrected"),
          Map.entry(700, "a kernel used an address that is not its own"),
          Map.entry(702, "a kernel ran longer than the system allows"),
          Map.entry(709, "the context was destroyed"),
          Map.entry(710, "a kernel stopped at an assertion"),
          Map.entry(713, "a kernel's address is misaligned in the cache"),
          Map.entry(714, "a hardware stack error"),
          Map.entry(715, "an illegal instruction"),
          Map.entry(716, "a misaligned address"),
          Map.entry(717, "an address of the wrong memory space"),
          Map.entry(718, "an invalid program counter"),
          Map.entry(719, "a kernel failed"),
          Map.entry(721, "the device was contained after a fault elsewhere"),
          Map.entry(999, "an unknown internal error"));

  private static final Map<Integer, String> PLAIN =
      Map.ofEntries(
          Map.entry(1, "a value was refused"),
          Map.entry(OUT_OF_MEMORY, "the device's memory is used up"),
          Map.entry(3, "the driver is not initialised"),
          Map.entry(NO_DEVICE, "there is no NVIDIA GPU that the driver knows"),
          Map.entry(101, "there is no such device"),
          Map.entry(200, "the machine code is invalid"),
          Map.entry(209, "there is no machine code for this device"),
          Map.entry(218, "the PTX could not be compiled"),
          Map.entry(222, "the driver is too old for this PTX"),
          Map.entry(500, "there is no such kernel"),
          Map.entry(701, "a launch asks for more than a block may have"),
          Map.entry(801, "not supported"),
          Map.entry(802, "the system is not ready (is the fabric manager running?)"),
          Map.entry(803, "the driver's parts are of different versions"),
          Map.entry(804, "forward compatibility is not supported on this device"));

  private CudaFailure() {}

  /** The failure of an allocation, with what there was. */
  static LongtakeException outOfMemory(String device, long wanted, long free, long total) {
    return new LongtakeException(
        ErrorCode.ENGINE_FAILED,
        "%s: expected %d MiB of free memory for one more block, found %d of %d MiB"
            .formatted(device, Math.ceilDiv(wanted, 1 << 20), free >> 20, total >> 20));
  }

  /** Whether every later call of this process fails too. */
  static boolean isSticky(int code) {
    return STICKY.containsKey(code);
  }

  /**
   * The failure of one call.
   *
   * @param device {@code cuda:0}
   * @param call what was tried, for people
   * @return never: a sticky code is thrown as an {@link Error}
   * @throws DeviceLostError if the code is sticky
   */
  static LongtakeException of(String device, String call, int code) {
    String sticky = STICKY.get(code);
    if (sticky != null) {
      throw new DeviceLostError(
          "%s is lost to this process: %s (CUDA error %d, in %s); see the driver's XID message in"
                  .formatted(device, sticky, code, call)
              + " the system log");
    }
    String meaning = PLAIN.getOrDefault(code, "it refused");
    return new LongtakeException(
        ErrorCode.ENGINE_FAILED,
        "%s: %s (CUDA error %d, in %s)".formatted(device, meaning, code, call));
  }
}
