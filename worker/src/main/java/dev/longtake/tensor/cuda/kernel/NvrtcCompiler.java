package dev.longtake.tensor.cuda.kernel;

import static dev.longtake.tensor.cuda.kernel.NativeLibrary.call;
import static dev.longtake.tensor.cuda.kernel.NativeLibrary.status;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * NVIDIA's runtime compiler, of whichever version the machine has.
 *
 * @see <a href="https://docs.nvidia.com/cuda/nvrtc/">NVRTC</a>
 */
public final class NvrtcCompiler implements KernelCompiler {

  static final List<String> NAMES = List.of("libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so");

  private final MethodHandle create;
  private final MethodHandle compile;
  private final MethodHandle cubinSize;
  private final MethodHandle cubin;
  private final MethodHandle logSize;
  private final MethodHandle log;
  private final MethodHandle destroy;
  private final int cudaMajor;
  private final String version;

  private NvrtcCompiler(NativeLibrary library) {
    create =
        library.function(
            "nvrtcCreateProgram", status(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));
    compile = library.function("nvrtcCompileProgram", status(ADDRESS, JAVA_INT, ADDRESS));
    cubinSize = library.function("nvrtcGetCUBINSize", status(ADDRESS, ADDRESS));
    cubin = library.function("nvrtcGetCUBIN", status(ADDRESS, ADDRESS));
    logSize = library.function("nvrtcGetProgramLogSize", status(ADDRESS, ADDRESS));
    log = library.function("nvrtcGetProgramLog", status(ADDRESS, ADDRESS));
    destroy = library.function("nvrtcDestroyProgram", status(ADDRESS));
    MethodHandle numbers = library.function("nvrtcVersion", status(ADDRESS, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(JAVA_INT);
      MemorySegment minor = arena.allocate(JAVA_INT);
      check("nvrtcVersion", call(numbers, major, minor));
      cudaMajor = major.get(JAVA_INT, 0);
      version = "nvrtc %d.%d".formatted(major.get(JAVA_INT, 0), minor.get(JAVA_INT, 0));
    }
  }

  /** Every version that the machine has and that can be used, the newest first. */
  public static List<KernelCompiler> find() {
    Map<String, KernelCompiler> found = new LinkedHashMap<>();
    for (String name : NAMES) {
      try {
        NativeLibrary.open(List.of(name))
            .map(NvrtcCompiler::new)
            .ifPresent(it -> found.putIfAbsent(it.version(), it));
      } catch (LinkageError | LongtakeException e) {
        // Not this one; the caller says what was looked for.
      }
    }
    return List.copyOf(found.values());
  }

  @Override
  public boolean isFor(int driverVersion) {
    return cudaMajor <= driverVersion / 1000;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public byte[] compile(KernelSource source, int computeCapability) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      MemorySegment nothing = MemorySegment.NULL;
      check(
          "nvrtcCreateProgram",
          call(
              create,
              handle,
              arena.allocateFrom(source.text()),
              arena.allocateFrom(source.name() + ".cu"),
              0,
              nothing,
              nothing));
      MemorySegment program = handle.get(ADDRESS, 0);
      MemorySegment options = arena.allocate(ADDRESS, 2);
      options.setAtIndex(
          ADDRESS, 0, arena.allocateFrom("-arch=sm_" + source.architecture(computeCapability)));
      options.setAtIndex(ADDRESS, 1, arena.allocateFrom("-std=c++17"));
      try {
        int code = call(compile, program, 2, options);
        if (code != 0) {
          throw failed("%s.cu: %s".formatted(source.name(), log(arena, program)));
        }
        return bytes(arena, program, cubinSize, cubin);
      } finally {
        check("nvrtcDestroyProgram", call(destroy, handle));
      }
    }
  }

  private String log(Arena arena, MemorySegment program) {
    // A C string, with its end.
    String text = new String(bytes(arena, program, logSize, log), StandardCharsets.UTF_8);
    return text.replace("\0", "").strip();
  }

  private byte[] bytes(Arena arena, MemorySegment program, MethodHandle size, MethodHandle get) {
    MemorySegment length = arena.allocate(JAVA_LONG);
    check("size", call(size, program, length));
    MemorySegment bytes = arena.allocate(Math.max(1, length.get(JAVA_LONG, 0)));
    check("contents", call(get, program, bytes));
    return bytes.toArray(JAVA_BYTE);
  }

  private static void check(String what, int code) {
    if (code != 0) {
      throw failed("%s gave status %d".formatted(what, code));
    }
  }

  private static LongtakeException failed(String what) {
    return new LongtakeException(ErrorCode.ENGINE_FAILED, "NVRTC cannot compile: " + what);
  }
}
