package dev.longtake.ops.option;

import dev.longtake.worker.ComputeDevice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a worker computes on. */
public final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "cpu, cuda:N, or with the precision: cpu:bf16, cuda:N:f32, cuda:N:bf16; cuda:N:bf16:own"
              + " does without cuBLASLt, cuda:N:bf16:warpgroup tries other attention, of compute"
              + " capability 9.0 alone. Default: cpu, which is cpu:f32.")
  private @Nullable String text;

  /**
   * The device asked for; nothing of it is touched yet.
   *
   * @throws dev.longtake.error.LongtakeException CONFIGURATION_INVALID if it is not one
   */
  public ComputeDevice device() {
    return text == null ? ComputeDevice.CPU : ComputeDevice.parse(text);
  }

  /** What was said; null if nothing was. */
  public @Nullable String given() {
    return text;
  }
}
