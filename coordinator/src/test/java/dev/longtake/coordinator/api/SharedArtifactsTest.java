package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.FarmClient;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.artifacts.s3.S3Server;
import dev.longtake.digest.Digest;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two coordinators, each with a folder of its own, that share their artifacts. */
@Timeout(60)
@SuppressWarnings("try") // Workers work by being there.
class SharedArtifactsTest {

  @TempDir Path folder;

  @Test
  void submit_onASharedFolder_takesWhatTheOtherHasRendered() throws Exception {
    assertSecondTakesWhatTheFirstRendered(
        name ->
            TestConfig.in(folder.resolve(name))
                .with("test", "storage.shared-folder", folder.resolve("shared")));
  }

  @Test
  void submit_onABucket_takesWhatTheOtherHasRendered() throws Exception {
    Path keys =
        Files.writeString(
            folder.resolve("keys"),
            "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                .formatted(S3Server.ACCESS_KEY, S3Server.SECRET));
    try (S3Server server = S3Server.start()) {
      server.createBucket("films");
      assertSecondTakesWhatTheFirstRendered(
          name ->
              TestConfig.in(folder.resolve(name))
                  .with("test", "storage.artifacts", "s3")
                  .with("test", "storage.s3.endpoint", "http://127.0.0.1:" + server.port())
                  .with("test", "storage.s3.bucket", "films")
                  .with("test", "storage.s3.credentials-file", keys));
    }
  }

  private interface Settings {
    Overrides of(String name);
  }

  private void assertSecondTakesWhatTheFirstRendered(Settings settings) throws Exception {
    try (Coordinator first = start(settings.of("first"));
        Coordinator second = start(settings.of("second"));
        FakeWorker worker = FakeWorker.start(first.port(), "first");
        FakeWorker idle = FakeWorker.start(second.port(), "second")) {
      List<FilmFile> rendered = render(first, "film-1");
      List<FilmFile> found = render(second, "film-2");

      assertThat(found).isEqualTo(rendered);
      assertThat(worker.orders).isNotEmpty();
      assertThat(idle.orders).isEmpty();
    }
  }

  private static Coordinator start(Overrides overrides) {
    return Coordinator.start(CoordinatorConfig.CONFIGURATION.of(overrides));
  }

  private List<FilmFile> render(Coordinator coordinator, String name) throws Exception {
    try (var client = FarmClient.connect("127.0.0.1", coordinator.port())) {
      StoryStatus story =
          client.submit("r", TestStories.story("rosie", 57, 9), TestStories.pictures());
      StoryStatus end = client.watch(story.storyId(), status -> {});
      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      for (FilmFile file : end.film().files()) {
        Path path = client.download(end.storyId(), file, folder.resolve(name), count -> {});
        assertThat(Digest.of(Files.readAllBytes(path))).isEqualTo(file.digest());
      }
      return end.film().files();
    }
  }
}
