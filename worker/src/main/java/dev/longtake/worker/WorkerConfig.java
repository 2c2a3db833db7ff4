package dev.longtake.worker;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * How a worker is set up.
 *
 * @param workerId stays the same over restarts; 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 * @param coordinatorHost host name or address
 * @param modelFolder checkpoint in the diffusers layout
 * @param device what it computes on
 * @param threads engine threads of the processor
 * @param metricsPort -1 for none, 0 for any free one
 */
public record WorkerConfig(
    String workerId,
    String coordinatorHost,
    int coordinatorPort,
    Path modelFolder,
    ComputeDevice device,
    int threads,
    int metricsPort) {

  public WorkerConfig {
    require(
        workerId.matches("[A-Za-z0-9._-]{1,64}"),
        "worker id: expected 1 to 64 of A-Z a-z 0-9 . _ -, found \"%s\"",
        workerId);
    require(!coordinatorHost.isBlank(), "coordinator host is empty");
    require(
        coordinatorPort > 0 && coordinatorPort < 1 << 16,
        "coordinator port: expected 1 to 65535, found %d",
        coordinatorPort);
    requireNonNull(modelFolder, "modelFolder");
    require(threads > 0, "threads: expected at least 1, found %d", threads);
    require(
        metricsPort >= -1 && metricsPort < 1 << 16,
        "metrics port: expected -1 to 65535, found %d",
        metricsPort);
  }
}
