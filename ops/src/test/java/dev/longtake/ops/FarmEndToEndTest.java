package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.FarmClient;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.story.FilmFile;
import dev.longtake.story.LoadedStory;
import dev.longtake.story.ShotStatus;
import dev.longtake.story.StoryFiles;
import dev.longtake.story.StoryState;
import dev.longtake.story.StoryStatus;
import dev.longtake.worker.Worker;
import dev.longtake.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small film on real parts: the coordinator with its journal and store, workers with the bundled
 * checkpoint, gRPC between them.
 */
class FarmEndToEndTest {

  private static final Path REPOSITORY = Repository.ROOT;

  @TempDir private Path folder;

  @Test
  void render_oneWorkerTwoWorkersOrOneLost_givesTheSameFilm() throws IOException {
    LoadedStory story = story();

    StoryStatus alone = render("alone", story, 1, false);
    StoryStatus shared = render("shared", story, 2, false);
    StoryStatus lossy = render("lossy", story, 2, true);

    assertThat(alone.frameCount()).isEqualTo(44); // 32 + 16 frames, 4 of them shared.
    assertThat(alone.files()).extracting(FilmFile::name).contains("film.mp4", "manifest.json");
    assertThat(latents(shared)).isEqualTo(latents(alone));
    assertThat(latents(lossy)).isEqualTo(latents(alone));
    assertThat(film(shared)).isEqualTo(film(alone));
    assertThat(film(lossy)).isEqualTo(film(alone));
  }

  private LoadedStory story() throws IOException {
    copyWorld();
    Path file = folder.resolve("story.yaml");
    Files.writeString(
        file,
        """
        story: Two animals
        world: world/
        size: 64x64
        fps: 8
        seed: 7
        settings:
          steps: 3
        shots:
          - id: rhino
            scene: central-park
            cast: [rosie]
            prompt: a grey rhino grazes in central park
            duration: 4s
          - dissolve: 0.5s
          - id: lion
            scene: times-square
            cast: [leo]
            prompt: an orange lion walks right in times square
            duration: 2s
        """);
    return StoryFiles.load(file);
  }

  private void copyWorld() throws IOException {
    Path world = Files.createDirectories(folder.resolve("world"));
    try (Stream<Path> files =
        Files.list(REPOSITORY.resolve(Path.of("ops", "examples", "new-york-zoo", "world")))) {
      for (Path file : files.toList()) {
        Files.copy(file, world.resolve(file.getFileName().toString()));
      }
    }
  }

  /** Renders on a farm of its own; {@code loseOne} ends the last worker after some steps. */
  private StoryStatus render(String name, LoadedStory story, int workerCount, boolean loseOne) {
    List<Worker> workers = new ArrayList<>();
    try (Coordinator coordinator = Coordinator.start(config(folder.resolve(name)));
        FarmClient client = FarmClient.connect("127.0.0.1", coordinator.port())) {
      for (int i = 0; i < workerCount; i++) {
        workers.add(
            Worker.start(
                new WorkerConfig(
                    name + "-" + i,
                    "127.0.0.1",
                    coordinator.port(),
                    REPOSITORY.resolve(Path.of("worker", "model", "toybox")),
                    1,
                    -1)));
      }
      StoryStatus submitted = client.submit(name, story.story(), story.pictures());
      AtomicBoolean lost = new AtomicBoolean(!loseOne);
      StoryStatus last =
          client.watch(
              submitted.storyId(),
              status -> {
                if (stepsDone(status) >= 2 && lost.compareAndSet(false, true)) {
                  workers.getLast().close();
                }
              });
      assertThat(last.state()).as("%s: %s", name, last.failure()).isEqualTo(StoryState.SUCCEEDED);
      assertThat(lost).isTrue();
      return last;
    } finally {
      workers.forEach(Worker::close);
    }
  }

  private static CoordinatorConfig config(Path dataFolder) {
    CoordinatorConfig defaults = CoordinatorConfig.defaults(dataFolder);
    return new CoordinatorConfig(
        dataFolder,
        defaults.host(),
        defaults.port(),
        defaults.metricsPort(),
        Duration.ofMillis(300),
        defaults.leaseTimeout(),
        defaults.heartbeatInterval(),
        defaults.openStoriesMax(),
        defaults.workersMax(),
        defaults.artifactBytesMax(),
        defaults.latentStoreBytesMax());
  }

  private static int stepsDone(StoryStatus status) {
    return status.shots().stream().mapToInt(ShotStatus::stepsDone).sum();
  }

  private static List<Object> latents(StoryStatus status) {
    return status.shots().stream().<Object>map(shot -> shot.latentsDigest().orElseThrow()).toList();
  }

  private static FilmFile film(StoryStatus status) {
    return status.files().stream()
        .filter(file -> file.name().equals("film.mp4"))
        .findFirst()
        .orElseThrow();
  }
}
