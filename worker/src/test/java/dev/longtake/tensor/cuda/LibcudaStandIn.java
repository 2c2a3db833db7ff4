package dev.longtake.tensor.cuda;

import dev.longtake.tensor.cuda.kernel.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * What a process sees of the stand-in of {@code libcuda.so.1} that its loader has found; see its
 * source.
 */
@SuppressWarnings("restricted") // Opens what the test has compiled.
final class LibcudaStandIn {

  static final String FILE = "libcuda.so.1";

  private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(FILE, Arena.global());

  private LibcudaStandIn() {}

  /** The calls since this was last asked. */
  static List<String> takeRecord() {
    MemorySegment text = (MemorySegment) call("record", ValueLayout.ADDRESS);
    List<String> lines = text.reinterpret(Long.MAX_VALUE).getString(0).lines().toList();
    call("clear", null);
    return lines;
  }

  /** Lets every call of this name fail from now on; with 0, none. */
  static void setFailure(String name, int code) {
    try (Arena arena = Arena.ofConfined()) {
      call("fail", null, arena.allocateFrom(name), code);
    }
  }

  /** Lets the next call of this name fail, and none after it. */
  static void setFailureOnce(String name, int code) {
    try (Arena arena = Arena.ofConfined()) {
      call("fail_once", null, arena.allocateFrom(name), code);
    }
  }

  /** Whether every failure of {@link #setFailureOnce} was met. */
  static boolean hasMet() {
    return (int) call("met", ValueLayout.JAVA_INT) != 0;
  }

  static void setDevices(int count) {
    call("devices", null, count);
  }

  /** 12060 for 12.6. */
  static void setVersion(int version) {
    call("version", null, version);
  }

  /** Contexts, streams, events and modules that were not given back. */
  static int alive() {
    return (int) call("alive", ValueLayout.JAVA_INT);
  }

  private static Object call(String name, MemoryLayout result, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] = arguments[i] instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS;
    }
    FunctionDescriptor descriptor =
        result == null
            ? FunctionDescriptor.ofVoid(layouts)
            : FunctionDescriptor.of(result, layouts);
    try {
      return Linker.nativeLinker()
          .downcallHandle(SYMBOLS.find("stand_in_" + name).orElseThrow(), descriptor)
          .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }
}
