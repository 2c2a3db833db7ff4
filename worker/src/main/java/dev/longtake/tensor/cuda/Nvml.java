package dev.longtake.tensor.cuda;

import static dev.longtake.tensor.cuda.kernel.NativeLibrary.call;
import static dev.longtake.tensor.cuda.kernel.NativeLibrary.status;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.longtake.tensor.cuda.kernel.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * What a device is at, from NVIDIA's management library. Any thread may ask.
 *
 * @see <a href="https://docs.nvidia.com/deploy/nvml-api/">NVML</a>
 */
public final class Nvml {

  private static final List<String> NAMES = List.of("libnvidia-ml.so.1");
  private static final int GPU_SENSOR = 0;

  /** NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE. */
  private static final int VERSION_BYTES = 80;

  /**
   * A moment.
   *
   * @param utilisation share of the last moments in which a kernel ran, from 0 to 1
   * @param temperature degrees Celsius
   * @param power watts
   */
  public record Sample(
      double utilisation, long usedBytes, long totalBytes, double temperature, double power) {}

  private final MethodHandle utilisation;
  private final MethodHandle memory;
  private final MethodHandle temperature;
  private final MethodHandle power;
  private final MemorySegment device;

  private Nvml(NativeLibrary library, String pciBusId) {
    utilisation = library.function("nvmlDeviceGetUtilizationRates", status(ADDRESS, ADDRESS));
    memory = library.function("nvmlDeviceGetMemoryInfo", status(ADDRESS, ADDRESS));
    temperature = library.function("nvmlDeviceGetTemperature", status(ADDRESS, JAVA_INT, ADDRESS));
    power = library.function("nvmlDeviceGetPowerUsage", status(ADDRESS, ADDRESS));
    MethodHandle start = library.function("nvmlInit_v2", status());
    MethodHandle find =
        library.function("nvmlDeviceGetHandleByPciBusId_v2", status(ADDRESS, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      if (call(start) != 0 || call(find, arena.allocateFrom(pciBusId), handle) != 0) {
        throw new UnsatisfiedLinkError("NVML does not know " + pciBusId);
      }
      device = handle.get(ADDRESS, 0);
    }
  }

  /** The device's gauges; empty where the library is not there or does not know the device. */
  public static Optional<Nvml> open(String pciBusId) {
    try {
      return NativeLibrary.open(NAMES).map(library -> new Nvml(library, pciBusId));
    } catch (LinkageError e) {
      return Optional.empty();
    }
  }

  /** The driver's version, {@code 580.65.06}; empty where the library is not there. */
  static Optional<String> driverVersion() {
    try {
      return NativeLibrary.open(NAMES).flatMap(Nvml::driverVersion);
    } catch (LinkageError e) {
      return Optional.empty();
    }
  }

  private static Optional<String> driverVersion(NativeLibrary library) {
    MethodHandle start = library.function("nvmlInit_v2", status());
    MethodHandle ask = library.function("nvmlSystemGetDriverVersion", status(ADDRESS, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(VERSION_BYTES);
      boolean known = call(start) == 0 && call(ask, text, VERSION_BYTES) == 0;
      return known ? Optional.of(text.getString(0)) : Optional.empty();
    }
  }

  /** Reads everything; what the device does not tell is 0. */
  public Sample sample() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rates = arena.allocate(JAVA_INT, 2);
      MemorySegment bytes = arena.allocate(JAVA_LONG, 3);
      MemorySegment degrees = arena.allocate(JAVA_INT);
      MemorySegment milliwatts = arena.allocate(JAVA_INT);
      // A value that is refused stays 0.
      var _ = call(utilisation, device, rates);
      var _ = call(memory, device, bytes);
      var _ = call(temperature, device, GPU_SENSOR, degrees);
      var _ = call(power, device, milliwatts);
      return new Sample(
          rates.get(JAVA_INT, 0) / 100.0,
          bytes.getAtIndex(JAVA_LONG, 2),
          bytes.getAtIndex(JAVA_LONG, 0),
          degrees.get(JAVA_INT, 0),
          milliwatts.get(JAVA_INT, 0) / 1000.0);
    }
  }
}
