package dev.longtake.tensor.cuda;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.Map;
import java.util.Set;

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
          Map.entry(226, "the device has contained an error of its own"),
          Map.entry(700, "a kernel used an address that is not its own"),
          Map.entry(702, "a kernel ran longer than the system allows"),
          Map.entry(709, "the context was destroyed"),
          Map.entry(710, "a kernel stopped at an assertion"),
          Map.entry(714, "a hardware stack error"),
          Map.entry(715, "an illegal instruction"),
          Map.entry(716, "a misaligned address"),
          Map.entry(717, "an address of the wrong memory space"),
          Map.entry(718, "an invalid program counter"),
          Map.entry(719, "a kernel failed"),
          Map.entry(721, "a kernel left tensor memory behind"),
          Map.entry(810, "the MPS server ended this process's part of it"),
          Map.entry(999, "an unknown internal error"));

  private static final Map<Integer, String> PLAIN =
      Map.ofEntries(
          Map.entry(1, "a value was refused"),
          Map.entry(OUT_OF_MEMORY, "the device's memory is used up"),
          Map.entry(3, "the driver is not initialised"),
          Map.entry(34, "the driver's library is a stub of the toolkit, not the driver's own"),
          Map.entry(36, "the call needs a newer driver"),
          Map.entry(NO_DEVICE, "there is no NVIDIA GPU that the driver knows"),
          Map.entry(101, "there is no such device"),
          Map.entry(102, "the device's virtual GPU has no licence"),
          Map.entry(200, "the machine code is invalid"),
          Map.entry(209, "there is no machine code for this device"),
          Map.entry(218, "the PTX could not be compiled"),
          Map.entry(221, "the driver's PTX compiler (libnvidia-ptxjitcompiler) is not there"),
          Map.entry(222, "the driver is too old for this PTX"),
          Map.entry(223, "compiling PTX is switched off (CUDA_DISABLE_PTX_JIT)"),
          Map.entry(300, "the code is not one the driver knows"),
          Map.entry(302, "a symbol of a shared library is missing"),
          Map.entry(303, "a shared library of the driver does not start"),
          Map.entry(304, "the operating system refused"),
          Map.entry(400, "a handle is not valid, or of another context"),
          Map.entry(401, "something is not in the state for this call"),
          Map.entry(500, "there is no such kernel"),
          Map.entry(701, "a launch asks for more than a block may have"),
          Map.entry(712, "the host memory is registered already"),
          Map.entry(713, "the host memory is not registered"),
          Map.entry(800, "not permitted"),
          Map.entry(801, "not supported"),
          Map.entry(802, "the system is not ready (is the fabric manager running?)"),
          Map.entry(803, "the driver's parts are of different versions (restart after an update)"),
          Map.entry(804, "forward compatibility is not supported on this device"),
          Map.entry(805, "the MPS daemon cannot be reached"),
          Map.entry(806, "the MPS server did not answer"),
          Map.entry(807, "the MPS server is not ready; try again"),
          Map.entry(808, "the MPS server has as many clients as it may have"),
          Map.entry(809, "the MPS server has as many connections as it may have"),
          Map.entry(909, "it took too long"),
          Map.entry(913, "the kernel is not loaded"));

  /** What the same codes mean before a device was ever used. */
  private static final Map<Integer, String> AT_START =
      Map.of(
          46, "it is taken by another process and in exclusive mode (nvidia-smi -c 0 allows more)",
          999,
              "an unknown internal error (is nvidia_uvm loaded, and /dev/nvidia-uvm there, also in"
                  + " a container?)",
          810, "the MPS server has ended this process's part of it");

  /** Code that this driver does not take for this device; other code may be taken. */
  private static final Set<Integer> CODE_REFUSED = Set.of(200, 209, 218, 221, 222, 223, 300);

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

  /** Whether every later call of this process fails too, once a context is there. */
  static boolean isSticky(int code) {
    return STICKY.containsKey(code);
  }

  /** Whether it has words of its own. */
  static boolean isKnown(int code) {
    return STICKY.containsKey(code) || PLAIN.containsKey(code);
  }

  /** Whether the driver refuses the machine code, so that code made otherwise may do. */
  static boolean isCodeRefused(int code) {
    return CODE_REFUSED.contains(code);
  }

  /** What a code says, for people, with its number. */
  static String meaning(int code) {
    String text = STICKY.getOrDefault(code, PLAIN.getOrDefault(code, "it refused"));
    return "%s (CUDA error %d)".formatted(text, code);
  }

  /**
   * The failure of one call in a context.
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
    return failed(device, PLAIN.getOrDefault(code, "it refused"), code, call);
  }

  /**
   * The failure of one call before there is a context: nothing is lost then, whatever the code, and
   * another device or a later try may do.
   *
   * @param device {@code cuda:0}, or {@code the NVIDIA driver}
   */
  static LongtakeException atStart(String device, String call, int code) {
    String meaning = STICKY.getOrDefault(code, PLAIN.getOrDefault(code, "it refused"));
    return failed(device, "cannot be used: " + AT_START.getOrDefault(code, meaning), code, call);
  }

  private static LongtakeException failed(String device, String meaning, int code, String call) {
    return new LongtakeException(
        ErrorCode.ENGINE_FAILED,
        "%s: %s (CUDA error %d, in %s)".formatted(device, meaning, code, call));
  }
}
