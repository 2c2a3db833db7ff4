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
import java.util.ArrayList;
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
          "cuDevicePrimaryCtxRetain");

  private static final List<String> CALLS_IN_CONTEXT =
      List.of(
          "cuCtxSetCurrent",
          "cuStreamCreate",
          "cuModuleLoadDataEx",
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
      case "doctor" -> program.doctor(arguments[2], Integer.parseInt(arguments[3]));
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
    List<KernelCache> ways =
        Arrays.stream(words)
            .map(it -> new KernelCache(folder, new Word(it, 12), (message, _) -> print(message)))
            .toList();
    return new JcudaDriver(index, ways);
  }

  private void everything() {
    system().devices().forEach(device -> print(device.toString()));
    try (JcudaDriver driver = open(1, "good")) {
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

  private void errors() {
    for (int code : List.of(1, 2, 46, 201, 304, 700, 805, 999)) {
      for (String call : CALLS_AT_START) {
        meet(call, code);
      }
    }
    for (String call : CALLS_IN_CONTEXT) {
      for (int code : List.of(1, 2, 201, 304, 700, 999)) {
        meet(call, code);
      }
    }
    for (int code = 1; code < 1000; code++) {
      if (CudaFailure.isKnown(code) && code != CudaFailure.NOT_READY) {
        meet("cuInit", code);
        meet("cuLaunchKernel", code);
      }
    }
  }

  private void meet(String call, int code) {
    List<String> seen = new ArrayList<>();
    LibcudaStandIn.setFailure(call, code);
    String outcome;
    try {
      system();
      try (JcudaDriver driver = open(0, "good")) {
        use(driver, seen);
      }
      outcome = "nothing";
    } catch (LongtakeException | DeviceLostError e) {
      outcome = e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    LibcudaStandIn.setFailure(call, 0);
    LibcudaStandIn.takeRecord();
    print("%s %d -> %s".formatted(call, code, outcome));
    int alive = LibcudaStandIn.alive();
    if (alive != 0 && !outcome.startsWith("DeviceLostError")) {
      print("%s %d leaves %d behind".formatted(call, code, alive));
    }
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

  private void doctor(String call, int code) {
    LibcudaStandIn.setFailure(call, code);
    new Doctor(1, System::nanoTime)
        .examine()
        .forEach(it -> print("%s|%s|%s".formatted(it.subject(), it.state(), it.detail())));
  }
}
