package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.client.FarmClient;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator whose disks have less than it was told to keep free, which no disk has. */
@Timeout(60)
class LittleRoomTest {

  private static final String MORE_THAN_THERE_IS = "1024 TiB";

  @TempDir Path folder;

  private Coordinator start(String low, String critical) {
    Overrides overrides =
        TestConfig.in(folder)
            .with("test", "storage.room.free-low", low)
            .with("test", "storage.room.free-critical", critical);
    return Coordinator.start(CoordinatorConfig.CONFIGURATION.of(overrides));
  }

  private static StoryStatus submit(FarmClient client) {
    return client.submit("request", TestStories.story("waits", 57, 33, 9), TestStories.pictures());
  }

  @Test
  @SuppressWarnings("try") // The worker works by being there.
  void submit_littleRoom_isTakenHeldUpAndGoesOnWhenThereIsRoom() throws Exception {
    String storyId;
    try (Coordinator coordinator = start(MORE_THAN_THERE_IS, "0 MiB");
        var client = FarmClient.connect("127.0.0.1", coordinator.port());
        var worker = FakeWorker.start(coordinator.port(), "idle")) {
      StoryStatus status = submit(client);
      storyId = status.storyId();

      assertThat(status.renderers().heldUp().orElseThrow())
          .contains("expected 1024 TiB free", "storage.room.free-low");
      assertThat(client.get(storyId).renderers().heldUp()).isPresent();
    }

    try (Coordinator coordinator = start("0 MiB", "0 MiB");
        var client = FarmClient.connect("127.0.0.1", coordinator.port());
        var worker = FakeWorker.start(coordinator.port(), "idle")) {
      assertThat(worker.orders.poll(30, TimeUnit.SECONDS)).isNotNull();
      assertThat(client.get(storyId).renderers().heldUp()).isEmpty();
    }
  }

  @Test
  void submit_hardlyAnyRoom_isRefused() {
    try (Coordinator coordinator = start(MORE_THAN_THERE_IS, MORE_THAN_THERE_IS);
        var client = FarmClient.connect("127.0.0.1", coordinator.port())) {
      assertThatThrownBy(() -> submit(client))
          .isInstanceOfSatisfying(
              LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_ROOM))
          .hasMessageContaining("storage.room.free-critical");
    }
  }
}
