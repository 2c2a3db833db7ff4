package dev.longtake.worker;

import dev.longtake.metrics.Metrics;
import dev.longtake.tensor.cuda.CudaSystem;
import dev.longtake.tensor.cuda.Nvml;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/** The gauges of the worker's GPU, read when somebody looks at them. */
final class GpuMetrics {

  private GpuMetrics() {}

  /** Shows the gauges, if the worker is on a GPU that NVML knows. */
  static void register(ComputeDevice device, Metrics metrics) {
    device
        .cudaIndex()
        .flatMap(index -> Nvml.open(CudaSystem.find().device(index).pciBusId()))
        .ifPresent(nvml -> register(nvml, metrics.registry()));
  }

  private static void register(Nvml nvml, PrometheusRegistry registry) {
    gauge(
        registry,
        nvml,
        "longtake_gpu_utilization_ratio",
        "Share of the last moments in which a kernel ran",
        Nvml.Sample::utilisation);
    gauge(
        registry,
        nvml,
        "longtake_gpu_memory_used_bytes",
        "Memory of the GPU in use, by any process",
        Nvml.Sample::usedBytes);
    gauge(
        registry,
        nvml,
        "longtake_gpu_memory_total_bytes",
        "Memory of the GPU",
        Nvml.Sample::totalBytes);
    gauge(
        registry,
        nvml,
        "longtake_gpu_temperature_celsius",
        "Temperature of the GPU",
        Nvml.Sample::temperature);
    gauge(
        registry, nvml, "longtake_gpu_power_watts", "Power that the GPU draws", Nvml.Sample::power);
  }

  private static void gauge(
      PrometheusRegistry registry,
      Nvml nvml,
      String name,
      String help,
      ToDoubleFunction<Nvml.Sample> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(nvml.sample())))
        .register(registry);
  }
}
