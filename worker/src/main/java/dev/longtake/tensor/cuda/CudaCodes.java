package dev.longtake.tensor.cuda;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every result code of the CUDA driver up to 13.0, in words, and which of them end a process. Pure.
 * Those of features that we do not use are here too: a driver may say what it likes.
 *
 * @see <a href="https://docs.nvidia.com/cuda/cuda-driver-api/">CUDA driver API, CUresult</a>
 */
final class CudaCodes {

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
          Map.entry(911, "an external device that was waited for has failed"),
          Map.entry(999, "an unknown internal error"));

  /** What the machine and its driver lack, and what a call was given. */
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
          Map.entry(202, "the context is current already"),
          Map.entry(209, "there is no machine code for this device"),
          Map.entry(215, "the limit is not supported"),
          Map.entry(216, "the context is in use already"),
          Map.entry(218, "the PTX could not be compiled"),
          Map.entry(221, "the driver's PTX compiler (libnvidia-ptxjitcompiler) is not there"),
          Map.entry(222, "the driver is too old for this PTX"),
          Map.entry(223, "compiling PTX is switched off (CUDA_DISABLE_PTX_JIT)"),
          Map.entry(224, "the affinity is not supported"),
          Map.entry(225, "the PTX waits for the device from a kernel"),
          Map.entry(300, "the code is not one the driver knows"),
          Map.entry(301, "a file of the driver is not there"),
          Map.entry(302, "a symbol of a shared library is missing"),
          Map.entry(303, "a shared library of the driver does not start"),
          Map.entry(304, "the operating system refused"),
          Map.entry(400, "a handle is not valid, or of another context"),
          Map.entry(401, "something is not in the state for this call"),
          Map.entry(402, "the answer would leave something out"),
          Map.entry(500, "there is no such kernel"),
          Map.entry(NOT_READY, "it is still under way"),
          Map.entry(701, "a launch asks for more than a block may have"),
          Map.entry(708, "the primary context is in use already"),
          Map.entry(712, "the host memory is registered already"),
          Map.entry(713, "the host memory is not registered"),
          Map.entry(720, "a cooperative launch has too many blocks"),
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
          Map.entry(811, "kernels that start kernels are not supported here"),
          Map.entry(812, "kernels that start kernels are of another version"),
          Map.entry(909, "it took too long"),
          Map.entry(912, "the size of a cluster is invalid"),
          Map.entry(913, "the kernel is not loaded"),
          Map.entry(914, "a resource is of the wrong type"),
          Map.entry(915, "the resources are not enough"),
          Map.entry(916, "the keys of confidential computing could not be changed"));

  /** Codes that belong to what we never ask for, by their first and last number. */
  private record Foreign(int first, int last, String text) {}

  private static final Set<Foreign> FOREIGN =
      Set.of(
          new Foreign(5, 8, "a profiler is not in the state for this call"),
          new Foreign(205, 208, "something is not mapped as it should be"),
          new Foreign(210, 213, "something is not mapped as it should be"),
          new Foreign(217, 217, "one device cannot reach the other's memory"),
          new Foreign(219, 219, "a graphics context is invalid"),
          new Foreign(703, 703, "the texture does not go with the launch"),
          new Foreign(704, 707, "one device's way to the other's memory is not as it should be"),
          new Foreign(711, 711, "too many devices reach each other's memory"),
          new Foreign(900, 908, "the recording of a graph does not allow it"),
          new Foreign(910, 910, "a graph could not be changed"));

  /** What the same codes mean before a device was ever used, and what to do about them. */
  private static final Map<Integer, String> AT_START =
      Map.ofEntries(
          Map.entry(OUT_OF_MEMORY, "its memory is used up (nvidia-smi says by which processes)"),
          Map.entry(
              34,
              "the driver's library is a stub of the toolkit, not the driver's own (take"
                  + " lib64/stubs out of LD_LIBRARY_PATH)"),
          Map.entry(36, "the driver is too old (install a newer one)"),
          Map.entry(
              46,
              "it is in exclusive mode and taken by another process, or in prohibited mode"
                  + " (nvidia-smi -c 0 opens it)"),
          Map.entry(102, "its virtual GPU has no licence (see the licence server's settings)"),
          Map.entry(
              304,
              "the operating system refused (may this user, or container, read and write"
                  + " /dev/nvidia*?)"),
          Map.entry(
              800, "not permitted (may this user, or container, read and write /dev/nvidia*?)"),
          Map.entry(
              804,
              "forward compatibility is not supported on this device (take the folder of"
                  + " cuda-compat out of LD_LIBRARY_PATH, or install a newer driver)"),
          Map.entry(
              805,
              "the MPS daemon cannot be reached (is nvidia-cuda-mps-control running, and"
                  + " CUDA_MPS_PIPE_DIRECTORY the same here?)"),
          Map.entry(
              806, "the MPS server did not answer (restart it: nvidia-cuda-mps-control, quit)"),
          Map.entry(
              808, "the MPS server has as many clients as it may have (end one, then try again)"),
          Map.entry(
              809,
              "the MPS server has as many connections as it may have (end a client, then try"
                  + " again)"),
          Map.entry(810, "the MPS server has ended this process's part of it (start it again)"),
          Map.entry(
              999,
              "an unknown internal error (is nvidia_uvm loaded, and /dev/nvidia-uvm there, also in"
                  + " a container?)"));

  /** Code that this driver does not take for this device; other code may be taken. */
  private static final Set<Integer> CODE_REFUSED =
      Set.of(200, 209, 218, 221, 222, 223, 225, 300, 301, 302, 303, 811, 812);

  private CudaCodes() {}

  /** Whether every later call of this process fails too, once a context is there. */
  static boolean isSticky(int code) {
    return STICKY.containsKey(code);
  }

  /** Whether the driver refuses the machine code, so that code made otherwise may do. */
  static boolean isCodeRefused(int code) {
    return CODE_REFUSED.contains(code);
  }

  /** Whether it has words of its own. */
  static boolean isKnown(int code) {
    return words(code) != null;
  }

  /** What a code says of one call in a context. */
  static String text(int code) {
    String words = words(code);
    return words == null ? "a code that came after CUDA 13.0" : words;
  }

  /** What it says before there is a context, and what to do. */
  static String textAtStart(int code) {
    return AT_START.getOrDefault(code, text(code));
  }

  private static @Nullable String words(int code) {
    String sticky = STICKY.get(code);
    String plain = sticky == null ? PLAIN.get(code) : sticky;
    if (plain != null) {
      return plain;
    }
    return FOREIGN.stream()
        .filter(it -> it.first() <= code && code <= it.last())
        .map(Foreign::text)
        .findFirst()
        .orElse(null);
  }
}
