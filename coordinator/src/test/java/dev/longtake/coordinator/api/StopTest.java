package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.FarmClient;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.LogLines;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.error.LongtakeException;
import dev.longtake.testing.TestStories;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A coordinator that is stopped while workers render and people look on. */
@Timeout(60)
@SuppressWarnings("try") // Workers work by being there.
class StopTest {

  @TempDir Path folder;

  /** Whatever is under way when it is stopped: no line of the log comes with a stack trace. */
  @ParameterizedTest(name = "seed {0}, stop-timeout {1}")
  @CsvSource({"1,0s", "2,0s", "3,0s", "4,300ms", "5,300ms", "6,2s"})
  void close_underLoad_leavesNoStackTraces(long seed, String stopTimeout) throws Exception {
    int ordersBefore = new SplittableRandom(seed).nextInt(1, 60);
    try (var lines = new LogLines()) {
      Coordinator coordinator =
          Coordinator.start(
              CoordinatorConfig.CONFIGURATION.of(
                  TestConfig.in(folder).with("test", "timing.stop-timeout", stopTimeout)));
      try (var client = FarmClient.connect("127.0.0.1", coordinator.port());
          var one = FakeWorker.start(coordinator.port(), "one");
          var two = FakeWorker.start(coordinator.port(), "two")) {
        for (int i = 0; i < 8; i++) {
          String id =
              client
                  .submit(
                      "r" + i, TestStories.story("load-" + i, 57, 33, 9), TestStories.pictures())
                  .storyId();
          var _ = CompletableFuture.runAsync(() -> watch(client, id), Thread::startVirtualThread);
        }
        for (int i = 0; i < ordersBefore; i++) {
          assertThat(one.orders.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
        coordinator.close();
      }

      assertThat(lines.traces()).as("%s", lines.texts()).isEmpty();
    }
  }

  private static void watch(FarmClient client, String storyId) {
    try {
      client.watch(storyId, status -> {});
    } catch (LongtakeException e) {
      // Its coordinator was stopped.
    }
  }
}
