package dev.longtake.worker;

import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.SelfTest;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.CudaSystem;
import dev.longtake.tensor.cuda.CudaSystem.Search;
import dev.longtake.tensor.cuda.DeviceLostError;
import dev.longtake.tensor.cuda.Nvml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Looks at what this machine can render with, and tries each device. */
public final class Doctor {

  /** bf16 rounds at five places of the test, each by 2e-3 at most. */
  private static final double ERROR_MAX = 1e-2;

  private static final String DRIVER = "nvidia driver";
  private static final String COMPILER = "kernel compiler";
  private static final String PRODUCTS = "matrix products";

  /** How something was found. */
  public enum State {
    /** It is there and works. */
    OK,
    /** It is not there; nothing is wrong with a machine that lacks it. */
    ABSENT,
    /** It is there and does not work. */
    FAILED
  }

  /**
   * One thing.
   *
   * @param subject {@code cpu}, {@code cuda:0}, {@code nvidia driver} and the like
   * @param detail a sentence for people
   */
  public record Finding(String subject, State state, String detail) {}

  private final int threads;
  private final LongSupplier nanoTime;

  /**
   * Makes one.
   *
   * @param threads of the processor
   */
  public Doctor(int threads, LongSupplier nanoTime) {
    this.threads = threads;
    this.nanoTime = nanoTime;
  }

  /** Everything, the processor first. Takes about a second for each device. */
  public List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    String processor = "%d threads".formatted(threads);
    findings.add(test("cpu", processor, ComputeDevice.CPU));
    findings.add(
        CpuBackend.multipliesBf16()
            ? test("cpu:bf16", processor, ComputeDevice.parse("cpu:bf16"))
            : new Finding("cpu:bf16", State.ABSENT, "no AVX-512 BF16 or AMX"));
    addGpus(findings);
    return findings;
  }

  private void addGpus(List<Finding> findings) {
    try {
      switch (CudaSystem.search()) {
        case Search.Found found -> addGpus(findings, found.system());
        case Search.Absent absent -> {
          findings.add(new Finding(DRIVER, State.ABSENT, absent.why()));
          findings.add(look(COMPILER, () -> compilers(CudaSystem.compilersHere())));
        }
      }
    } catch (RuntimeException | LinkageError e) {
      findings.add(new Finding(DRIVER, State.FAILED, text(e)));
      findings.add(look(COMPILER, () -> compilers(CudaSystem.compilersHere())));
    }
  }

  private void addGpus(List<Finding> findings, CudaSystem system) {
    findings.add(new Finding(DRIVER, State.OK, "for CUDA " + system.driverVersion()));
    findings.add(look(COMPILER, () -> compilers(system.compilers())));
    findings.add(look(PRODUCTS, () -> products(system)));
    for (CudaSystem.Device device : system.devices()) {
      findings.add(test(device.name(), text(device), ComputeDevice.parse(device.name())));
      findings.add(look(device.name() + " metrics", () -> metrics(device)));
    }
  }

  /** Whatever is wrong with one thing, the others are looked at too. */
  static Finding look(String subject, Supplier<Finding> what) {
    try {
      return what.get();
    } catch (RuntimeException | LinkageError | DeviceLostError e) {
      return new Finding(subject, State.FAILED, text(e));
    }
  }

  private static Finding compilers(List<String> versions) {
    return versions.isEmpty()
        ? new Finding(
            COMPILER,
            State.ABSENT,
            "neither NVRTC nor nvcc, of a CUDA that the driver knows, nor PTX in the jar; GPUs"
                + " need one")
        : new Finding(COMPILER, State.OK, String.join(", else ", versions));
  }

  /** Sentences of ours say all; those of others do not say what they are about. */
  private static String text(Throwable e) {
    boolean isOurs = e instanceof LongtakeException || e instanceof DeviceLostError;
    return isOurs ? String.valueOf(e.getMessage()) : e.toString();
  }

  private static Finding products(CudaSystem system) {
    return system
        .productLibrary()
        .map(it -> new Finding(PRODUCTS, State.OK, it + " for large ones, else our own"))
        .orElseGet(
            () ->
                new Finding(
                    PRODUCTS,
                    State.ABSENT,
                    "no cuBLASLt that the driver is new enough for; our own kernels compute all"));
  }

  private static String text(CudaSystem.Device device) {
    return "%s, compute capability %d.%d, %d MiB"
        .formatted(
            device.model(),
            device.computeCapability() / 10,
            device.computeCapability() % 10,
            device.totalBytes() >> 20);
  }

  private static Finding metrics(CudaSystem.Device device) {
    String subject = device.name() + " metrics";
    return Nvml.open(device.pciBusId())
        .map(it -> new Finding(subject, State.OK, text(it.sample())))
        .orElseGet(() -> new Finding(subject, State.ABSENT, "no NVML; no gpu metrics"));
  }

  private static String text(Nvml.Sample sample) {
    return "%.0f%% busy, %d of %d MiB used, %.0f C, %.0f W"
        .formatted(
            100 * sample.utilisation(),
            sample.usedBytes() >> 20,
            sample.totalBytes() >> 20,
            sample.temperature(),
            sample.power());
  }

  private Finding test(String subject, String what, ComputeDevice device) {
    try (Backend backend = device.open(threads)) {
      long start = nanoTime.getAsLong();
      double error = SelfTest.error(backend);
      String detail =
          "%s; engine %s; self-test: relative error %.1e in %.2f s"
              .formatted(what, backend.engineClass(), error, (nanoTime.getAsLong() - start) / 1e9);
      boolean right = error <= ERROR_MAX;
      return new Finding(
          subject, right ? State.OK : State.FAILED, right ? detail : detail + ", which is wrong");
    } catch (RuntimeException | DeviceLostError | LinkageError e) {
      return new Finding(subject, State.FAILED, what + "; " + text(e));
    }
  }

  /** As {@code --json} shows it. */
  public static String label(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
