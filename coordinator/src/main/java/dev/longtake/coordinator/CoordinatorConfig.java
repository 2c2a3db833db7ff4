package dev.longtake.coordinator;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.plan.CheckpointPolicy;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a coordinator is set up.
 *
 * @param dataFolder holds {@code journal/}, {@code artifacts/} and {@code index/}; for one process
 * @param host to listen on; nothing is encrypted, so loopback
 * @param port to listen on; 0 for any free one
 * @param metricsPort to show metrics on; 0 for any free one, -1 for none
 * @param workerGrace how long a worker may take to come back after its stream broke
 * @param leaseTimeout how long a worker may be silent
 * @param heartbeatInterval how often a worker is asked to repeat itself
 * @param openStoriesMax stories that may be unfinished at once
 * @param workersMax workers that may be connected at once
 * @param artifactBytesMax largest artifact that is taken
 * @param latentStoreBytesMax slabs and checkpoints that are held at once
 * @param checkpoints how often chunks keep their state
 */
public record CoordinatorConfig(
    Path dataFolder,
    String host,
    int port,
    int metricsPort,
    Duration workerGrace,
    Duration leaseTimeout,
    Duration heartbeatInterval,
    int openStoriesMax,
    int workersMax,
    long artifactBytesMax,
    long latentStoreBytesMax,
    CheckpointPolicy checkpoints) {

  public CoordinatorConfig {
    requireNonNull(dataFolder, "dataFolder");
    require(!host.isEmpty(), "host is empty");
    require(port >= 0 && port <= 65535, "port: expected 0 to 65535, found %d", port);
    require(
        metricsPort >= -1 && metricsPort <= 65535,
        "metricsPort: expected -1 to 65535, found %d",
        metricsPort);
    require(!workerGrace.isNegative(), "workerGrace is negative: %s", workerGrace);
    require(heartbeatInterval.isPositive(), "heartbeatInterval: %s", heartbeatInterval);
    require(
        leaseTimeout.compareTo(heartbeatInterval.multipliedBy(2)) >= 0,
        "leaseTimeout: expected at least two heartbeats of %s, found %s",
        heartbeatInterval,
        leaseTimeout);
    require(openStoriesMax > 0, "openStoriesMax is not positive: %d", openStoriesMax);
    require(workersMax > 0, "workersMax is not positive: %d", workersMax);
    require(artifactBytesMax > 0, "artifactBytesMax is not positive: %d", artifactBytesMax);
    require(
        latentStoreBytesMax > 0, "latentStoreBytesMax is not positive: %d", latentStoreBytesMax);
    requireNonNull(checkpoints, "checkpoints");
  }

  /** Any free port on loopback, no metrics, and limits that fit one machine. */
  public static CoordinatorConfig defaults(Path dataFolder) {
    // Slabs are on the heap: the store has to be full before the heap is.
    long heapBytes = Runtime.getRuntime().maxMemory();
    return new CoordinatorConfig(
        dataFolder,
        "127.0.0.1",
        0,
        -1,
        Duration.ofSeconds(3),
        Duration.ofSeconds(15),
        Duration.ofSeconds(2),
        1000,
        4096,
        2L << 30,
        heapBytes / 4,
        CheckpointPolicy.TENTHS);
  }

  /** The same with these ports. */
  public CoordinatorConfig withPorts(int newPort, int newMetricsPort) {
    return new CoordinatorConfig(
        dataFolder,
        host,
        newPort,
        newMetricsPort,
        workerGrace,
        leaseTimeout,
        heartbeatInterval,
        openStoriesMax,
        workersMax,
        artifactBytesMax,
        latentStoreBytesMax,
        checkpoints);
  }

  /** The same with these times. */
  public CoordinatorConfig withTimes(
      Duration newWorkerGrace, Duration newLeaseTimeout, Duration newHeartbeatInterval) {
    return new CoordinatorConfig(
        dataFolder,
        host,
        port,
        metricsPort,
        newWorkerGrace,
        newLeaseTimeout,
        newHeartbeatInterval,
        openStoriesMax,
        workersMax,
        artifactBytesMax,
        latentStoreBytesMax,
        checkpoints);
  }

  /** The same with chunks that keep their state so often. */
  public CoordinatorConfig withCheckpoints(CheckpointPolicy newCheckpoints) {
    return new CoordinatorConfig(
        dataFolder,
        host,
        port,
        metricsPort,
        workerGrace,
        leaseTimeout,
        heartbeatInterval,
        openStoriesMax,
        workersMax,
        artifactBytesMax,
        latentStoreBytesMax,
        newCheckpoints);
  }
}
