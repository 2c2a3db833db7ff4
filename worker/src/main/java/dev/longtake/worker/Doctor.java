package dev.longtake.worker;

import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.SelfTest;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.CudaSystem;
import dev.longtake.tensor.cuda.DeviceLostError;
import dev.longtake.tensor.cuda.Nvml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Looks at what this machine can render with, and tries each device. */
public final class Doctor {

  /** bf16 rounds at five places of the test, each by 2e-3 at most. */
  private static final double ERROR_MAX = 1e-2;

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
    CudaSystem system;
    try {
      system = CudaSystem.find();
    } catch (LongtakeException | LinkageError e) {
      findings.add(new Finding("nvidia driver", State.ABSENT, text(e)));
      findings.add(compilers(CudaSystem.compilersHere()));
      return;
    }
    findings.add(new Finding("nvidia driver", State.OK, "for CUDA " + system.driverVersion()));
    findings.add(compilers(system.compilers()));
    findings.add(products(system));
    addDevices(findings, system);
  }

  private static Finding compilers(List<String> versions) {
    return versions.isEmpty()
        ? new Finding(
            "kernel compiler",
            State.ABSENT,
            "neither NVRTC nor nvcc, of a CUDA that the driver knows, nor PTX in the jar; GPUs"
                + " need one")
        : new Finding("kernel compiler", State.OK, String.join(", else ", versions));
  }

  private static String text(Throwable e) {
    return String.valueOf(e.getMessage());
  }

  private static Finding products(CudaSystem system) {
    return system
        .productLibrary()
        .map(it -> new Finding("matrix products", State.OK, it + " for large ones, else our own"))
        .orElseGet(
            () ->
                new Finding(
                    "matrix products",
                    State.ABSENT,
                    "no cuBLASLt that the driver is new enough for; our own kernels compute all"));
  }

  private void addDevices(List<Finding> findings, CudaSystem system) {
    for (int i = 0; i < system.devices().size(); i++) {
      CudaSystem.Device device = system.devices().get(i);
      String what =
          "%s, compute capability %d.%d, %d MiB"
              .formatted(
                  device.model(),
                  device.computeCapability() / 10,
                  device.computeCapability() % 10,
                  device.totalBytes() >> 20);
      findings.add(test(device.name(), what, ComputeDevice.parse(device.name())));
      findings.add(
          Nvml.open(device.pciBusId())
              .map(it -> new Finding(device.name() + " metrics", State.OK, text(it.sample())))
              .orElseGet(
                  () ->
                      new Finding(
                          device.name() + " metrics", State.ABSENT, "no NVML; no gpu metrics")));
    }
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
    } catch (LongtakeException | DeviceLostError | LinkageError e) {
      return new Finding(subject, State.FAILED, what + "; " + text(e));
    }
  }

  /** As {@code --json} shows it. */
  public static String label(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
