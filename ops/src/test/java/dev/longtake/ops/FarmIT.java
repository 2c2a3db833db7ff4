package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.FarmClient;
import dev.longtake.digest.Digest;
import dev.longtake.ops.command.Submission;
import dev.longtake.ops.film.FilmFolder;
import dev.longtake.ops.local.LocalFarm;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import dev.longtake.worker.ComputeDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole farms in this process, with the bundled checkpoint. */
class FarmIT {

  @TempDir private Path folder;

  /** What must not depend on who did the work. */
  private record Outcome(Map<String, Digest> files, List<Digest> latents) {
    static Outcome of(StoryStatus status) {
      return new Outcome(
          status.film().files().stream()
              .collect(Collectors.toMap(FilmFile::name, FilmFile::digest)),
          status.shots().stream().map(it -> it.latentsDigest().orElseThrow()).toList());
    }
  }

  @Test
  void render_anyNumberOfWorkers_givesTheSameBytes() throws IOException {
    LoadedStory story = StoryFiles.load(TinyStory.write(folder));

    StoryStatus alone = render(folder.resolve("one"), story, 1);
    StoryStatus spread = render(folder.resolve("two"), story, 2);

    assertThat(alone.film().frameCount()).isEqualTo(TinyStory.FRAME_COUNT);
    assertThat(alone.shots())
        .extracting(shot -> shot.counts().chunks().total())
        .containsExactly(2, 1);
    assertThat(Outcome.of(alone).files())
        .containsOnlyKeys(
            "film.mp4", "shots/rhino.mp4", "shots/lion.mp4", "contact-sheet.png", "manifest.json");
    assertThat(Outcome.of(spread)).isEqualTo(Outcome.of(alone));
  }

  /** One prompt is changed; the other shot is not rendered again, and the folder is complete. */
  @Test
  void render_storyOfWhichOneShotChanged_takesTheOther() throws IOException {
    Path farm = folder.resolve("farm");
    StoryStatus first = render(farm, StoryFiles.load(TinyStory.write(folder)), 1);
    String changed = TinyStory.YAML.replace("an orange lion walks right", "an orange lion stands");

    StoryStatus second = render(farm, StoryFiles.load(TinyStory.write(folder, changed)), 1);

    assertThat(second.shots()).extracting(ShotStatus::reused).containsExactly(true, false);
    assertThat(second.shots().getFirst().latentsDigest())
        .isEqualTo(first.shots().getFirst().latentsDigest());
    assertThat(second.shots().getLast().latentsDigest())
        .isNotEqualTo(first.shots().getLast().latentsDigest());
  }

  /** A file stands where films are put together; the same command goes on when it is gone. */
  @Test
  void render_afterTheFilmCouldNotBePutTogether_goesOnWithTheSameStory() throws IOException {
    LoadedStory story = StoryFiles.load(TinyStory.write(folder));
    Path farm = Files.createDirectories(folder.resolve("farm"));
    Path scratch = Files.createFile(farm.resolve("scratch"));

    StoryStatus failed = follow(farm, story);
    Files.delete(scratch);
    StoryStatus last = render(farm, story, 1);

    assertThat(failed.failure().orElseThrow().message()).startsWith("cutting the clip of shot ");
    assertThat(last.storyId()).isEqualTo(failed.storyId());
    assertThat(last.film().frameCount()).isEqualTo(TinyStory.FRAME_COUNT);
    assertThat(last.shots()).extracting(ShotStatus::reused).containsExactly(false, false);
  }

  private static StoryStatus follow(Path dataFolder, LoadedStory story) {
    try (LocalFarm farm =
            LocalFarm.start(dataFolder, TinyStory.model(), ComputeDevice.CPU, 1, 1, status -> {});
        FarmClient client = farm.connect()) {
      return client.watch(Submission.submit(client, story, "").storyId(), status -> {});
    }
  }

  private StoryStatus render(Path dataFolder, LoadedStory story, int workerCount) {
    try (LocalFarm farm =
            LocalFarm.start(
                dataFolder, TinyStory.model(), ComputeDevice.CPU, workerCount, 1, status -> {});
        FarmClient client = farm.connect()) {
      StoryStatus submitted = Submission.submit(client, story, "");
      StoryStatus last = client.watch(submitted.storyId(), status -> {});
      assertThat(last.state()).as("%s", last.failure()).isEqualTo(StoryState.SUCCEEDED);
      assertThat(last.shots()).allMatch(shot -> shot.state() == ShotState.DONE);
      Path out = folder.resolve("film-" + dataFolder.getFileName());
      new FilmFolder(out).deliver(client, last);
      assertThat(out.resolve("film.mp4")).isNotEmptyFile();
      assertThat(out.resolve(".incoming")).doesNotExist();
      return last;
    }
  }
}
