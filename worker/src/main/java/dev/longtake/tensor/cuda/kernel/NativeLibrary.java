package dev.longtake.tensor.cuda.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A C library of whatever version the machine has, called through the foreign function interface.
 */
@SuppressWarnings("restricted") // Native calls are this class's purpose.
public final class NativeLibrary {

  /** Where toolkits lie that did not register their libraries with the system. */
  private static final List<String> FOLDERS = List.of("", "/usr/local/cuda/lib64/");

  private final String name;
  private final SymbolLookup symbols;

  private NativeLibrary(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /** The first of these files that can be opened. */
  public static Optional<NativeLibrary> open(List<String> names) {
    for (String file : files(names)) {
      try {
        return Optional.of(
            new NativeLibrary(file, SymbolLookup.libraryLookup(file, Arena.global())));
      } catch (IllegalArgumentException e) {
        // Not this one; the caller says what was looked for.
      }
    }
    return Optional.empty();
  }

  private static List<String> files(List<String> names) {
    List<String> files = new ArrayList<>();
    for (String folder : FOLDERS) {
      for (String name : names) {
        if (folder.isEmpty() || Files.exists(Path.of(folder, name))) {
          files.add(folder + name);
        }
      }
    }
    return files;
  }

  /** The file as it was opened. */
  public String name() {
    return name;
  }

  /** A function that returns a status code. */
  public static FunctionDescriptor status(MemoryLayout... arguments) {
    return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
  }

  /** Calls a function that returns a status code; for calls whose time does not matter. */
  public static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** What a call of native code cannot throw, as something that can be thrown. */
  public static RuntimeException unexpected(Throwable e) {
    return switch (e) {
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }

  /** A function; a link error if the library lacks it. */
  public MethodHandle function(String function, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(
            symbols
                .find(function)
                .orElseThrow(() -> new UnsatisfiedLinkError(name + " has no " + function)),
            descriptor);
  }
}
