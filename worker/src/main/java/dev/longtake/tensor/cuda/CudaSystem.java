package dev.longtake.tensor.cuda;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.cuda.JcudaDevices.Facts;
import dev.longtake.tensor.cuda.kernel.EmbeddedPtx;
import dev.longtake.tensor.cuda.kernel.KernelCache;
import dev.longtake.tensor.cuda.kernel.KernelCompiler;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import dev.longtake.tensor.cuda.kernel.NativeLibrary;
import dev.longtake.tensor.cuda.kernel.NvccCompiler;
import dev.longtake.tensor.cuda.kernel.NvrtcCompiler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The NVIDIA driver of this machine, if there is one: what devices it has, and backends on them.
 *
 * <p>JCuda's classes are touched only after {@code libcuda} was opened: without it their
 * initialisers fail for good.
 */
public final class CudaSystem {

  private static final Logger log = LoggerFactory.getLogger(CudaSystem.class);

  private static final List<String> DRIVER = List.of("libcuda.so.1");
  private static final Path MODULE = Path.of("/proc/driver/nvidia/version");
  private static final Path DEVICE_FILE = Path.of("/dev/nvidiactl");
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final int DRIVER_VERSION_MIN = 12_000;
  private static final int BF16_FROM = 80;

  /** Kernels use nothing older. */
  private static final int COMPUTE_CAPABILITY_MIN = 70;

  /**
   * A device.
   *
   * @param name such as {@code cuda:0}
   * @param computeCapability 90 for 9.0
   * @param pciBusId under which NVML knows it
   */
  public record Device(
      String name, String model, int computeCapability, long totalBytes, String pciBusId) {

    /** The precision that is used unless another is asked for: bf16 from compute capability 8.0. */
    public Precision defaultPrecision() {
      return computeCapability >= BF16_FROM ? Precision.BF16 : Precision.F32;
    }
  }

  /** What computes large matrix products. */
  public enum Products {
    /** NVIDIA's cuBLASLt where it is, else our own kernels. */
    LIBRARY,
    /** Our own kernels. */
    OWN
  }

  /** What a look at this machine gives. */
  public sealed interface Search {

    /** There is something to compute on. */
    record Found(CudaSystem system) implements Search {}

    /**
     * There is no GPU, with which nothing is wrong.
     *
     * @param why a sentence for people
     */
    record Absent(String why) implements Search {}
  }

  private final int driverVersion;
  private final List<Device> devices;
  private final IntFunction<List<KernelCompiler>> compilers;

  private CudaSystem(
      int driverVersion, List<Device> devices, IntFunction<List<KernelCompiler>> compilers) {
    this.driverVersion = driverVersion;
    this.devices = List.copyOf(devices);
    this.compilers = compilers;
  }

  /**
   * Asks the driver.
   *
   * @throws LongtakeException {@code ENGINE_FAILED} saying what is missing: the driver, a new
   *     enough one, or a device
   */
  public static CudaSystem find() {
    return find(CudaSystem::everyCompiler);
  }

  /**
   * Asks the driver whether there is a GPU.
   *
   * @throws LongtakeException {@code ENGINE_FAILED} if there should be one, and it cannot be used:
   *     the driver is too old, lacks a part or fails
   */
  public static Search search() {
    return search(CudaSystem::everyCompiler);
  }

  /**
   * The same with other compilers.
   *
   * @param compilers of a driver's version, the best first; those that the driver is too old for
   *     are left out
   */
  static CudaSystem find(IntFunction<List<KernelCompiler>> compilers) {
    return switch (search(compilers)) {
      case Search.Found found -> found.system();
      case Search.Absent absent -> throw failed(absent.why());
    };
  }

  private static Search search(IntFunction<List<KernelCompiler>> compilers) {
    if (NativeLibrary.open(DRIVER).isEmpty()) {
      return withoutLibrary(Files.exists(MODULE), Files.exists(DEVICE_FILE));
    }
    try {
      return ask(compilers);
    } catch (LinkageError e) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "cannot load JCuda, which calls the NVIDIA driver: %s (it is unpacked below"
                  .formatted(e.getMessage())
              + " -Dlongtake.kernels=FOLDER, from where programs have to be allowed)",
          e);
    }
  }

  private static Search ask(IntFunction<List<KernelCompiler>> compilers) {
    int code = JcudaDevices.initialise(KernelCache.defaultFolder().resolve("native"));
    if (code != 0 && code != CudaCodes.NO_DEVICE) {
      throw CudaFailure.atStart("the NVIDIA driver", "cuInit", code);
    }
    List<Facts> facts = List.of();
    int version = 0;
    if (code == 0) {
      version = JcudaDevices.version();
      requireVersion(version);
      facts = JcudaDevices.all();
    }
    if (facts.isEmpty()) {
      return new Search.Absent(withoutDevice(System.getenv(VISIBLE)));
    }
    List<Device> devices = new ArrayList<>();
    for (Facts of : facts) {
      devices.add(device(devices.size(), of));
    }
    return new Search.Found(new CudaSystem(version, devices, compilers));
  }

  /**
   * What it means that the driver's library is not there.
   *
   * @param hasModule whether the kernel has the driver's module, which containers see too
   * @param hasDeviceFile whether GPUs were given to this machine or container
   * @throws LongtakeException {@code ENGINE_FAILED} if GPUs were given
   */
  static Search withoutLibrary(boolean hasModule, boolean hasDeviceFile) {
    String library = DRIVER.getFirst();
    if (hasDeviceFile) {
      throw failed(
          "%s is here, but not the NVIDIA driver's library: %s cannot be opened (install it; a container is given it by NVIDIA_DRIVER_CAPABILITIES=compute,utility)"
              .formatted(DEVICE_FILE, library));
    }
    return new Search.Absent(
        "there is no NVIDIA driver on this machine: %s cannot be opened".formatted(library)
            + (hasModule
                ? ", though the driver's module runs (a container is given GPUs by --gpus all)"
                : ""));
  }

  /**
   * What to look at where the driver knows no device.
   *
   * @param visible CUDA_VISIBLE_DEVICES
   */
  static String withoutDevice(@Nullable String visible) {
    return "the NVIDIA driver is there, but it knows no GPU "
        + (visible == null
            ? "(a container is given them by --gpus all; where MIG is on, there has to be an"
                + " instance)"
            : "(CUDA_VISIBLE_DEVICES leaves none: \"%s\")".formatted(visible));
  }

  /** Refuses drivers that are too old. */
  static void requireVersion(int version) {
    if (version < DRIVER_VERSION_MIN) {
      throw failed(
          "the NVIDIA driver is too old: expected one for CUDA %s or newer, found CUDA %s"
              .formatted(text(DRIVER_VERSION_MIN), text(version)));
    }
  }

  private static Device device(int index, Facts facts) {
    return new Device(
        "cuda:" + index,
        facts.name(),
        facts.computeCapability(),
        facts.totalBytes(),
        facts.pciBusId());
  }

  /** Such as {@code 12.6}. */
  public String driverVersion() {
    return text(driverVersion);
  }

  private static String text(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  /** In the order of their names. */
  public List<Device> devices() {
    return devices;
  }

  /**
   * A device by its number.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if there is none of this number
   */
  public Device device(int index) {
    if (index < 0 || index >= devices.size()) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "device cuda:%d: expected one of the %d that this machine has, from cuda:0 on"
              .formatted(index, devices.size()));
    }
    return devices.get(index);
  }

  /**
   * Starts a backend.
   *
   * @param precision null: the device's default
   * @param products what computes large matrix products
   * @throws LongtakeException {@code CONFIGURATION_INVALID} if there is no such device; {@code
   *     ENGINE_FAILED} if it is too old, or nothing here compiles kernels
   */
  public CudaBackend open(int index, @Nullable Precision precision, Products products) {
    return open(index, precision, products, Attention.WARPS);
  }

  /**
   * The same with a choice for attention.
   *
   * @throws LongtakeException {@code CONFIGURATION_INVALID} also if the device, or the precision,
   *     has no such attention
   */
  public CudaBackend open(
      int index, @Nullable Precision precision, Products products, Attention attention) {
    Device device = device(index);
    if (device.computeCapability() < COMPUTE_CAPABILITY_MIN) {
      throw failed(
          "%s (%s) is too old: expected compute capability 7.0 or newer, found %d.%d"
              .formatted(
                  device.name(),
                  device.model(),
                  device.computeCapability() / 10,
                  device.computeCapability() % 10));
    }
    Precision chosen = precision == null ? device.defaultPrecision() : precision;
    requireWarpGroups(device, chosen, attention);
    CudaDriver driver =
        new JcudaDriver(index, ways().stream().map(CudaSystem::cache).toList(), attention);
    Optional<CublasLt> library = Optional.empty();
    try {
      if (products == Products.LIBRARY) {
        driver.bind();
        library = CublasLt.find(driverVersion);
      }
      return CudaBackend.create(driver, chosen, library.orElse(null), attention);
    } catch (RuntimeException | Error e) {
      // The driver's memory goes with its context.
      library.ifPresent(CublasLt::close);
      driver.close();
      throw e;
    }
  }

  /** Refuses attention by groups of warps where there is none. */
  static void requireWarpGroups(Device device, Precision precision, Attention attention) {
    if (attention == Attention.WARP_GROUPS
        && (device.computeCapability() != KernelSource.WARP_GROUPS
            || precision != Precision.BF16)) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "device %s: warpgroup expects compute capability 9.0 and bf16, found %d.%d and %s (%s)"
              .formatted(
                  device.name(),
                  device.computeCapability() / 10,
                  device.computeCapability() % 10,
                  precision.word(),
                  device.model()));
    }
  }

  private static KernelCache cache(KernelCompiler compiler) {
    return new KernelCache(
        KernelCache.defaultFolder(), compiler, (message, cause) -> log.warn(message, cause));
  }

  /** What computes large matrix products unless told otherwise; empty: our own kernels. */
  public Optional<String> productLibrary() {
    return CublasLt.title(driverVersion);
  }

  /** What kernels are made with for this driver, the best first: {@code nvrtc 13.0}. */
  public List<String> compilers() {
    return ways().stream().map(KernelCompiler::version).toList();
  }

  private List<KernelCompiler> ways() {
    return compilers.apply(driverVersion).stream().filter(it -> it.isFor(driverVersion)).toList();
  }

  /** What this machine has to make kernels with, for whatever driver. */
  public static List<String> compilersHere() {
    return everyCompiler(DRIVER_VERSION_MIN).stream().map(KernelCompiler::version).toList();
  }

  /** The driver's own version names the bits of PTX best; where NVML is not, that of its CUDA. */
  private static List<KernelCompiler> everyCompiler(int driverVersion) {
    String driver = Nvml.driverVersion().orElse("for CUDA " + text(driverVersion));
    List<KernelCompiler> found = new ArrayList<>(NvrtcCompiler.find());
    NvccCompiler.find().ifPresent(found::add);
    EmbeddedPtx.find(driver).ifPresent(found::add);
    return found;
  }

  private static LongtakeException failed(String message) {
    return new LongtakeException(ErrorCode.ENGINE_FAILED, message);
  }
}
