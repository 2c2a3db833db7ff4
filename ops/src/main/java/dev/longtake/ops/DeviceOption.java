package dev.longtake.ops;

import dev.longtake.worker.ComputeDevice;
import picocli.CommandLine.Option;

/** What a worker computes on. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description =
          "cpu, cuda:N, cuda:N:f32 and cuda:N:bf16 to choose the precision, or cuda:N:bf16:own to"
              + " do without cuBLASLt. Default: cpu.")
  private String text;

  /**
   * The device asked for; nothing of it is touched yet.
   *
   * @throws dev.longtake.error.LongtakeException CONFIGURATION_INVALID if it is not one
   */
  ComputeDevice device() {
    return ComputeDevice.parse(text);
  }
}
