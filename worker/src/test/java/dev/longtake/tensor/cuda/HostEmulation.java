package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.cuda.EmulatedStreams.Transfers;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A device that is this machine: the kernel files compiled by the system's C++ compiler, blocks and
 * threads run on the processor (emulation.h says how). When work is done is said in {@link
 * EmulatedStreams}.
 *
 * <p>Memory of the device is poisoned with NaN when it is given out, and freed with its guard
 * checked: a kernel that writes past the end of a block is found.
 */
// Runs what it has just compiled; arenas are closed by free and close.
@SuppressWarnings({"restricted", "MustBeClosedChecker"})
public final class HostEmulation implements CudaDriver {

  private static final Path FOLDER = Path.of("target", "cuda-emulation");
  private static final String[] COMPILE = {
    "g++",
    "-std=c++17",
    "-O2",
    "-ffp-contract=off",
    "-fno-strict-aliasing",
    "-shared",
    "-fPIC",
    "-w"
  };
  private static final long GUARD_BYTES = 256;

  /** What libraries are told; a stand-in can check that it was passed on. */
  private static final long LIBRARY_STREAM = 0x57;

  private static final byte GUARD = 0x5a;
  private static final byte POISON = (byte) 0xff;
  private static final FunctionDescriptor LAUNCH =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT);

  private record Library(SymbolLookup symbols, MethodHandle launch) {}

  private record Function(String name, MethodHandle launch, MemorySegment address)
      implements Kernel {}

  private record Block(Arena arena, MemorySegment bytes) {}

  private static final Map<String, Library> MODULES = new HashMap<>();

  private final int computeCapability;
  private final Map<Long, Block> blocks = new HashMap<>();
  private final Arena pinned = Arena.ofShared();
  private final EmulatedStreams streams;

  /** A device that claims tensor cores (90) or has none (70). */
  public HostEmulation(int computeCapability) {
    this(computeCapability, Transfers.LATE);
  }

  HostEmulation(int computeCapability, Transfers transfers) {
    this.computeCapability = computeCapability;
    streams = new EmulatedStreams(transfers);
  }

  /** Whether this machine has a C++ compiler; says so if not. */
  public static boolean isPossible() {
    boolean possible = Holder.POSSIBLE;
    if (!possible) {
      System.getLogger("skipped")
          .log(
              System.Logger.Level.WARNING,
              "no g++ here: the CUDA backend's tests on the host emulation are skipped");
    }
    return possible;
  }

  private static final class Holder {
    static final boolean POSSIBLE = runs("g++", "--version");
  }

  public static boolean runs(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String architecture() {
    return "emulated" + computeCapability;
  }

  @Override
  public int computeCapability() {
    return computeCapability;
  }

  @Override
  public int multiprocessorCount() {
    return 1;
  }

  @Override
  public String model() {
    return "Host (emulated)";
  }

  @Override
  public String machineCode() {
    StringBuilder digests = new StringBuilder();
    for (String name : KernelSource.NAMES) {
      digests.append(KernelSource.load(name).digest());
    }
    return new KernelSource("all", digests.toString()).digest(COMPILE);
  }

  @Override
  public void bind() {}

  @Override
  public synchronized long allocate(long byteCount) {
    Arena arena = Arena.ofShared();
    MemorySegment bytes = arena.allocate(byteCount + GUARD_BYTES, 256);
    bytes.fill(POISON);
    bytes.asSlice(byteCount).fill(GUARD);
    blocks.put(bytes.address(), new Block(arena, bytes));
    return bytes.address();
  }

  @Override
  public synchronized void free(long address) {
    streams.finishAll();
    Block block = Objects.requireNonNull(blocks.remove(address), "not allocated");
    MemorySegment guard = block.bytes().asSlice(block.bytes().byteSize() - GUARD_BYTES);
    for (long i = 0; i < GUARD_BYTES; i++) {
      assertThat(guard.get(ValueLayout.JAVA_BYTE, i))
          .as("byte %d past the end", i)
          .isEqualTo(GUARD);
    }
    block.arena().close();
  }

  @Override
  public MemorySegment allocatePinned(long byteCount) {
    return pinned.allocate(byteCount, 64);
  }

  private static MemorySegment at(long address, long byteCount) {
    return MemorySegment.ofAddress(address).reinterpret(byteCount);
  }

  @Override
  public void upload(Stream stream, long to, MemorySegment from, long byteCount) {
    streams.start(stream, () -> MemorySegment.copy(from, 0, at(to, byteCount), 0, byteCount));
  }

  @Override
  public void download(Stream stream, MemorySegment to, long from, long byteCount) {
    to.asSlice(0, byteCount).fill(POISON);
    streams.start(stream, () -> MemorySegment.copy(at(from, byteCount), 0, to, 0, byteCount));
  }

  @Override
  public void copy(long to, long from, long byteCount) {
    streams.start(Stream.COMPUTE, () -> at(to, byteCount).copyFrom(at(from, byteCount)));
  }

  @Override
  public long createEvent() {
    return streams.createEvent();
  }

  @Override
  public void record(Stream stream, long event) {
    streams.record(stream, event);
  }

  @Override
  public void wait(Stream stream, long event) {
    streams.wait(stream, event);
  }

  @Override
  public boolean hasHappened(long event) {
    return streams.hasHappened(event);
  }

  @Override
  public void await(long event) {
    streams.await(event);
  }

  @Override
  public Kernel kernel(KernelSource source, String function) {
    Library module = module(source);
    MemorySegment address =
        module
            .symbols()
            .find(function)
            .orElseThrow(() -> new IllegalArgumentException("no kernel " + function));
    return new Function(function, module.launch(), address);
  }

  @Override
  public void launch(Kernel kernel, Grid grid, MemorySegment arguments) {
    byte[] kept = arguments.toArray(ValueLayout.JAVA_BYTE);
    streams.start(Stream.COMPUTE, () -> run((Function) kernel, grid, kept));
  }

  private static void run(Function function, Grid grid, byte[] kept) {
    try (Arena arena = Arena.ofConfined()) {
      // Beyond what was passed lies poison: a kernel that reads a field too many shows it.
      MemorySegment arguments = arena.allocate(kept.length + GUARD_BYTES, Long.BYTES);
      arguments.fill(POISON).copyFrom(MemorySegment.ofArray(kept));
      int status =
          (int)
              function
                  .launch()
                  .invokeExact(
                      function.address(), arguments, grid.x(), grid.y(), grid.z(), grid.threads());
      assertThat(status).as("%s: its threads wait at different barriers", function.name()).isZero();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void start(LibraryWork work) {
    streams.start(Stream.COMPUTE, () -> work.start(LIBRARY_STREAM));
  }

  @Override
  public void ask(Runnable question) {
    question.run();
  }

  private static synchronized Library module(KernelSource source) {
    return MODULES.computeIfAbsent(
        source.name(),
        name -> {
          SymbolLookup symbols = SymbolLookup.libraryLookup(compile(source), Arena.global());
          MethodHandle launch =
              Linker.nativeLinker()
                  .downcallHandle(symbols.find("longtake_launch").orElseThrow(), LAUNCH);
          return new Library(symbols, launch);
        });
  }

  private static Path compile(KernelSource source) {
    return compile(source.name(), read("emulation.h") + source.text());
  }

  /** Compiles {@code name.cpp}, a library that a test stands on. */
  static Path compile(String name) {
    return compile(name, read(name + ".cpp"));
  }

  private static String read(String file) {
    try (InputStream stream = HostEmulation.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path compile(String name, String source) {
    try {
      String digest =
          new KernelSource(name, source).digest(String.join(" ", COMPILE)).substring(0, 16);
      Path folder = Files.createDirectories(FOLDER).toAbsolutePath();
      Path library = folder.resolve(name + "-" + digest + ".so");
      if (!Files.exists(library)) {
        Path text = folder.resolve(name + ".cpp");
        Path fresh = folder.resolve(name + "-" + ProcessHandle.current().pid() + ".so");
        Files.writeString(text, source);
        List<String> command = new ArrayList<>(List.of(COMPILE));
        command.addAll(List.of("-o", fresh.toString(), text.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        Files.move(fresh, library, StandardCopyOption.ATOMIC_MOVE);
      }
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    assertThat(blocks).as("blocks that were not freed").isEmpty();
    pinned.close();
  }
}
