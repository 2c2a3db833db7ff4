package dev.longtake.ops.local;

import dev.longtake.client.Address;
import dev.longtake.client.FarmClient;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.worker.ComputeDevice;
import dev.longtake.worker.Worker;
import dev.longtake.worker.WorkerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/**
 * A whole farm in this process: a coordinator and workers, joined by the same connections that
 * would cross a network.
 */
public final class LocalFarm implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final String SOURCE = "render";

  private final Coordinator coordinator;
  private final List<Worker> workers;

  private LocalFarm(Coordinator coordinator, List<Worker> workers) {
    this.coordinator = coordinator;
    this.workers = workers;
  }

  /**
   * Starts the parts side by side and returns when stories can be submitted; workers may still be
   * opening their models then.
   *
   * @param dataFolder the farm's state; for one process at a time
   * @param device what every worker computes on
   * @param threads of each worker
   * @param halt ends the process if a worker cannot go on at all, e.g. for want of memory
   */
  public static LocalFarm start(
      Path dataFolder,
      Path modelFolder,
      ComputeDevice device,
      int workerCount,
      int threads,
      IntConsumer halt) {
    int port = freePort();
    List<Worker> workers = new ArrayList<>();
    try (var opened = new Opened()) {
      for (int i = 1; i <= workerCount; i++) {
        WorkerConfig config = workerConfig("local-" + i, port, modelFolder, device, threads);
        workers.add(opened.add(Worker.start(config, halt)));
      }
      Coordinator coordinator = Coordinator.start(coordinatorConfig(dataFolder, port));
      return opened.keep(new LocalFarm(coordinator, workers));
    }
  }

  private static WorkerConfig workerConfig(
      String id, int port, Path modelFolder, ComputeDevice device, int threads) {
    return WorkerConfig.CONFIGURATION.of(
        Overrides.NONE
            .with(SOURCE, "id", id)
            .with(SOURCE, "coordinator.addresses", new Address(HOST, port))
            .with(SOURCE, "engine.model", modelFolder)
            .with(SOURCE, "engine.device", device)
            .with(SOURCE, "engine.threads", threads)
            .with(SOURCE, "link.reconnect-max", "500ms")); // The coordinator is about to be there.
  }

  /** What was finished is found by its inputs, whatever a loss of power leaves of the journal. */
  private static CoordinatorConfig coordinatorConfig(Path dataFolder, int port) {
    return CoordinatorConfig.CONFIGURATION.of(
        Overrides.NONE
            .with(SOURCE, "listen.host", HOST)
            .with(SOURCE, "listen.port", port)
            .with(SOURCE, "metrics.port", "off")
            .with(SOURCE, "web.port", "off")
            .with(SOURCE, "storage.folder", dataFolder)
            .with(SOURCE, "storage.journal", "unforced-folder")
            // Whether a film has room is asked before; somebody is there who sees it fail.
            .with(SOURCE, "storage.room.free-low", "0 MiB")
            .with(SOURCE, "storage.room.free-critical", "0 MiB")
            .with(SOURCE, "film.patience", "0s"));
  }

  /** A port that was free a moment ago: workers have to know it before the coordinator listens. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "no port on %s can be listened on: %s".formatted(HOST, e), e);
    }
  }

  /** A client of this farm, to be closed before it. */
  public FarmClient connect() {
    return FarmClient.connect(HOST, coordinator.port());
  }

  /** Completes exceptionally as soon as a part cannot go on, e.g. because of its checkpoint. */
  public CompletableFuture<Object> failure() {
    CompletableFuture<Object> failure = new CompletableFuture<>();
    var _ = coordinator.failure().thenAccept(failure::completeExceptionally);
    for (Worker worker : workers) {
      var _ =
          worker
              .termination()
              .whenComplete(
                  (ending, problem) -> {
                    if (problem != null) {
                      failure.completeExceptionally(problem);
                    }
                  });
    }
    return failure;
  }

  @Override
  public void close() {
    try (coordinator;
        var parts = new Opened()) {
      workers.forEach(parts::add);
    }
  }
}
