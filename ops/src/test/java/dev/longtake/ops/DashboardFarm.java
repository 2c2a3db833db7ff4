package dev.longtake.ops;

import dev.longtake.client.Address;
import dev.longtake.client.FarmClient;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import dev.longtake.worker.Worker;
import dev.longtake.worker.WorkerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A coordinator with its dashboard, and two workers that really render, in the test's process. */
final class DashboardFarm implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  private final Path folder;
  private final int port = freePort();
  private final int webPort = freePort();
  private final List<Worker> workers = new ArrayList<>();
  private Coordinator coordinator;

  DashboardFarm(Path folder) {
    this.folder = folder;
    this.coordinator = start();
    for (String id : List.of("worker-1", "worker-2")) {
      workers.add(
          Worker.start(
              WorkerConfig.CONFIGURATION.of(
                  Overrides.NONE
                      .with("test", "id", id)
                      .with("test", "coordinator.addresses", new Address(HOST, port))
                      .with("test", "engine.model", TinyStory.model())
                      .with("test", "engine.threads", 1)
                      .with("test", "link.reconnect-max", "500ms")),
              status -> {}));
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Coordinator start() {
    return Coordinator.start(
        CoordinatorConfig.CONFIGURATION.of(
            Overrides.NONE
                .with("test", "storage.folder", folder.resolve("farm"))
                .with("test", "storage.journal", "unforced-folder")
                .with("test", "listen.port", port)
                .with("test", "metrics.port", "off")
                .with("test", "web.port", webPort)
                .with("test", "web.drafts", "1s")
                .with("test", "latents.checkpoint-steps", 1)
                .with("test", "lease.heartbeat", "250ms")));
  }

  /** Ends the coordinator and starts it again on the same folder and ports. */
  void restart() {
    coordinator.close();
    coordinator = start();
  }

  String address(String path) {
    return "http://%s:%d%s".formatted(HOST, webPort, path);
  }

  /** Submits a story and gives its id. */
  String submit(Path file, String requestId) {
    LoadedStory story = StoryFiles.load(file);
    try (FarmClient client = FarmClient.connect(HOST, port)) {
      return client.submit(requestId, story.story(), story.pictures()).storyId();
    }
  }

  FarmClient connect() {
    return FarmClient.connect(HOST, port);
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
    coordinator.close();
  }
}
