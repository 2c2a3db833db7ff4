package dev.longtake.loadtest;

import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * {@code longtake coordinator} as far as the load test uses it, for a process of its own: this
 * module is built without the command.
 */
public final class TestCoordinator {

  private TestCoordinator() {}

  public static void main(String[] arguments) throws InterruptedException {
    List<String> words = Arrays.asList(arguments);
    Coordinator coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.read(
                Path.of(after(words, "--config")),
                Overrides.NONE
                    .with("--data", "storage.folder", Path.of(after(words, "--data")))
                    .with("--port", "listen.port", 0)
                    .with("--metrics-port", "metrics.port", 0)));
    Runtime.getRuntime().addShutdownHook(new Thread(coordinator::close));
    System.out.println("listening on 127.0.0.1:" + coordinator.port());
    System.out.println(
        "metrics on http://127.0.0.1:%d/metrics".formatted(coordinator.metricsPort()));
    Thread.currentThread().join();
  }

  private static String after(List<String> words, String option) {
    return words.get(words.indexOf(option) + 1);
  }
}
