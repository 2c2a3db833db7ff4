package dev.longtake.tensor.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.cuda.CudaDriver.Grid;
import dev.longtake.tensor.cuda.CudaDriver.Kernel;
import dev.longtake.tensor.cuda.CudaDriver.Stream;
import dev.longtake.tensor.cuda.kernel.KernelCache;
import dev.longtake.tensor.cuda.kernel.KernelCompiler;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import dev.longtake.worker.Doctor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A program that uses the driver through the very classes that the worker uses, with a stand-in of
 * {@code libcuda.so.1}, and prints what was called. A process of its own: nothing else must find
 * that library. Arguments: a folder for kernels, then what to do.
 */
final class RecordedDriver {

  /** Where an error can be met: of each call that there is. */
  private static final List<String> CALLS_AT_START =
      List.of(
          "cuInit",
          "cuDriverGetVersion",
          "cuDeviceGetCount",
          "cuDeviceGet",
          "cuDeviceGetName",
          "cuDeviceTotalMem",
          "cuDeviceGetPCIBusId",
          "cuDeviceGetAttribute",
          "cuDevicePrimaryCtxRetain",
          "cuCtxSetCurrent",
          "cuStreamCreate",
          "cuModuleLoadDataEx");

  private static final List<String> CALLS_IN_CONTEXT =
      List.of(
          "cuCtxSetCurrent",
          "cuModuleGetFunction",
          "cuMemAlloc",
          "cuMemFree",
          "cuMemHostAlloc",
          "cuMemcpyHtoDAsync",
          "cuMemcpyDtoHAsync",
          "cuMemcpyDtoDAsync",
          "cuEventCreate",
          "cuEventRecord",
          "cuStreamWaitEvent",
          "cuEventQuery",
          "cuEventSynchronize",
          "cuStreamSynchronize",
          "cuLaunchKernel");

  /** Where nobody need know: what is not given back here goes with the process. */
  private static final List<String> CALLS_AT_THE_END =
      List.of("cuModuleUnload", "cuStreamDestroy", "cuDevicePrimaryCtxRelease");

  /** A compiler whose code is this word. */
  private record Word(String version, int cudaMajor) implements KernelCompiler {
    @Override
    public boolean isFor(int driverVersion) {
      return cudaMajor <= driverVersion / 1000;
    }

    @Override
    public byte[] compile(KernelSource source, int computeCapability) {
      return (version + " " + source.name() + "\0").getBytes(UTF_8);
    }
  }

  private final Path folder;

  private RecordedDriver(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    RecordedDriver program = new RecordedDriver(Path.of(arguments[0]));
    switch (arguments[1]) {
      case "everything" -> program.everything();
      case "two-devices" -> program.twoDevices();
      case "ways" -> program.ways(Arrays.asList(arguments).subList(2, arguments.length));
      case "errors" -> program.errors();
      case "library" -> program.library();
      case "versions" -> program.versions();
      case "doctor" -> program.doctor(Arrays.asList(arguments).subList(2, arguments.length));
      case "starts" -> program.starts(Arrays.asList(arguments).subList(2, arguments.length));
      default -> throw new IllegalArgumentException(arguments[1]);
    }
    print("tmpdir " + System.getProperty("java.io.tmpdir"));
  }

  private static void print(String line) {
    System.out.println(line);
  }

  private static void printRecord() {
    LibcudaStandIn.takeRecord().forEach(RecordedDriver::print);
  }

  private CudaSystem system() {
    return CudaSystem.find(_ -> List.of(new Word("good", 12)));
  }

  private JcudaDriver open(int index, String... words) {
    return open(index, Attention.WARPS, words);
  }

  private JcudaDriver open(int index, Attention attention, String... words) {
    List<KernelCache> ways =
        Arrays.stream(words)
            .map(it -> new KernelCache(folder, new Word(it, 12), (message, _) -> print(message)))
            .toList();
    return new JcudaDriver(index, ways, attention);
  }

  private void everything() {
    system().devices().forEach(device -> print(device.toString()));
    try (JcudaDriver driver = open(1, Attention.WARP_GROUPS, "good")) {
      use(driver, List.of());
      printRecord();
    }
    printRecord();
    print("alive " + LibcudaStandIn.alive());
  }

  /** Every call once; the memory is checked on the way. */
  private static void use(CudaDriver driver, List<String> seen) {
    long at = driver.allocate(64);
    MemorySegment pinned = driver.allocatePinned(64);
    long event = driver.createEvent();
    pinned.set(ValueLayout.JAVA_LONG, 8, 42);
    driver.upload(Stream.TRANSFER, at, pinned, 32);
    driver.record(Stream.TRANSFER, event);
    driver.wait(Stream.COMPUTE, event);
    driver.copy(at + 32, at, 32);
    driver.download(Stream.COMPUTE, pinned, at + 32, 16);
    driver.hasHappened(event);
    driver.await(event);
    if (pinned.get(ValueLayout.JAVA_LONG, 8) != 42) {
      throw new IllegalStateException("copied wrongly: " + seen);
    }
    Kernel kernel = driver.kernel(KernelSource.load("moves"), "patchify");
    launch(driver, kernel, 7);
    driver.free(at);
  }

  private static void launch(CudaDriver driver, Kernel kernel, long word) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocate(64, 8);
      for (int i = 0; i < 8; i++) {
        words.setAtIndex(ValueLayout.JAVA_LONG, i, word + i);
      }
      driver.launch(kernel, new Grid(2, 3, 4, 128), words);
    }
  }

  /** One thread uses both, then another does. */
  private void twoDevices() throws InterruptedException {
    system();
    try (JcudaDriver first = open(0, "good");
        JcudaDriver second = open(1, "good")) {
      List<JcudaDriver> drivers = List.of(first, second);
      List<Kernel> kernels =
          drivers.stream().map(it -> it.kernel(KernelSource.load("moves"), "patchify")).toList();
      LibcudaStandIn.takeRecord();
      Runnable turns =
          () ->
              IntStream.of(0, 1, 1, 0)
                  .forEach(it -> launch(drivers.get(it), kernels.get(it), 100L * it));
      turns.run();
      Thread other = new Thread(turns, "other");
      other.start();
      other.join();
      printRecord();
    }
    print("alive " + LibcudaStandIn.alive());
  }

  private void ways(List<String> words) {
    system();
    try (JcudaDriver driver = open(0, words.toArray(String[]::new))) {
      print("checksum " + driver.machineCode());
    } catch (LongtakeException e) {
      print(e.getMessage());
    }
    printRecord();
    print("alive " + LibcudaStandIn.alive());
  }

  /** Every code that there is, once at every call. */
  private void errors() {
    int[] codes = IntStream.range(1, 1000).filter(CudaCodes::isKnown).toArray();
    for (String call : CALLS_AT_START) {
      for (int code : codes) {
        meet(call, code, () -> open(0, "good").close());
      }
    }
    for (String call : CALLS_IN_CONTEXT) {
      try (JcudaDriver driver = open(0, "good")) {
        for (int code : codes) {
          meet(call, code, () -> use(driver, List.of()));
        }
      }
    }
    int alive = LibcudaStandIn.alive();
    print("alive " + alive);
    for (String call : CALLS_AT_THE_END) {
      for (int code : codes) {
        meet(call, code, () -> open(0, "good").close());
      }
    }
  }

  /** What is read where a call fails once; nothing if nobody need know. */
  private void meet(String call, int code, Runnable work) {
    LibcudaStandIn.setFailureOnce(call, code);
    String outcome;
    try {
      system();
      work.run();
      outcome = "nothing";
    } catch (LongtakeException | DeviceLostError e) {
      outcome = e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    LibcudaStandIn.takeRecord();
    print("%s %d -> %s".formatted(call, code, LibcudaStandIn.hasMet() ? outcome : "not met"));
  }

  /** What a start tells of failures, each a call and its code. */
  private void starts(List<String> failures) {
    system();
    for (String failure : failures) {
      String[] parts = failure.split(" ", 2);
      LibcudaStandIn.setFailure(parts[0], Integer.parseInt(parts[1]));
      try {
        system();
        open(0, "good").close();
        print(failure + " -> nothing");
      } catch (LongtakeException e) {
        print(failure + " -> " + e.getMessage());
      }
      LibcudaStandIn.setFailure(parts[0], 0);
    }
    LibcudaStandIn.takeRecord();
  }

  /** A library that fails, first by itself, then because the device is lost. */
  private void library() {
    system();
    try (JcudaDriver driver = open(0, "good")) {
      for (int code : List.of(0, 600, 700)) {
        LibcudaStandIn.setFailure("cuStreamQuery", code);
        try {
          driver.start(
              stream -> {
                print("stream " + (stream != 0));
                throw new LongtakeException(ErrorCode.ENGINE_FAILED, "status 14");
              });
        } catch (LongtakeException | DeviceLostError e) {
          print("%d -> %s: %s".formatted(code, e.getClass().getSimpleName(), e.getMessage()));
        }
        try {
          driver.ask(
              () -> {
                throw new LongtakeException(ErrorCode.ENGINE_FAILED, "status 13");
              });
        } catch (LongtakeException | DeviceLostError e) {
          print("%d asked -> %s".formatted(code, e.getClass().getSimpleName()));
        }
      }
    }
  }

  /** Which compilers are used under which driver. */
  private void versions() {
    for (int version : List.of(11_080, 12_000, 12_090, 13_000)) {
      LibcudaStandIn.setVersion(version);
      try {
        List<KernelCompiler> all = List.of(new Word("nvrtc 13.0", 13), new Word("nvrtc 12.8", 12));
        CudaSystem system = CudaSystem.find(_ -> all);
        print(version + " " + system.compilers());
      } catch (LongtakeException e) {
        print(version + " " + e.getMessage());
      }
    }
  }

  /** What it finds where one call fails, each a call and its code, and where there is no device. */
  private void doctor(List<String> failures) {
    for (String failure : failures) {
      String[] parts = failure.split(" ", 2);
      LibcudaStandIn.setFailure(parts[0], Integer.parseInt(parts[1]));
      examine(failure);
      LibcudaStandIn.setFailure(parts[0], 0);
    }
    LibcudaStandIn.setDevices(0);
    examine("no devices");
  }

  private static void examine(String failure) {
    new Doctor(1, System::nanoTime)
        .examine()
        .forEach(
            it -> print("%s|%s|%s|%s".formatted(failure, it.subject(), it.state(), it.detail())));
  }
}
