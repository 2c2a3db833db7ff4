package dev.longtake.story.yaml;

import static dev.longtake.testing.TestPictures.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoryFilesTest {

  private static final String STORY =
      """
      story: S
      world: ../world
      size: 64x64
      fps: 8
      shots: [{id: a, prompt: p, duration: 1s, cast: [rosie]}]
      """;

  @TempDir private Path folder;
  private Path story;

  @BeforeEach
  void write() throws IOException {
    story = Files.createDirectories(folder.resolve("story")).resolve("story.yaml");
    Files.writeString(story, STORY);
    Path world = Files.createDirectories(folder.resolve("world"));
    Files.writeString(
        world.resolve("world.yaml"), "world: W\ncharacters: [{id: rosie, pictures: [r.png]}]\n");
    Files.write(world.resolve("r.png"), picture("png", 8, 8, 0));
  }

  private LongtakeException failure() {
    return catchThrowableOfType(LongtakeException.class, () -> StoryFiles.load(story));
  }

  @Test
  void load_story_readsItsFiles() {
    LoadedStory loaded = StoryFiles.load(story);

    assertThat(loaded.story().name()).isEqualTo("S");
    assertThat(loaded.pictures()).hasSize(1);
  }

  @Test
  void load_missingStory_isUnusable() throws IOException {
    Files.delete(story);

    assertThat(failure().code()).isEqualTo(ErrorCode.FILE_UNUSABLE);
    assertThat(failure().getMessage())
        .isEqualTo("story.yaml: expected a story, found no such file");
    assertThat(
            catchThrowableOfType(LongtakeException.class, () -> StoryFiles.load(folder))
                .getMessage())
        .endsWith("expected a story file, found a folder; name the file inside it");
    assertThat(
            catchThrowableOfType(
                LongtakeException.class, () -> StoryFiles.load(folder.resolve("world/word.yaml"))))
        .hasMessageEndingWith("found no such file; did you mean world.yaml?");
  }

  @Test
  void load_folderOfAStory_namesItsFile() {
    assertThat(
            catchThrowableOfType(
                LongtakeException.class, () -> StoryFiles.load(folder.resolve("story"))))
        .hasMessageEndingWith("found a folder; name the file inside it, " + story);
  }

  /** Some machines' file systems do not tell capitals apart, so people do not either. */
  @ParameterizedTest
  @CsvSource({"R.PNG", "r.jpg", "rr.png"})
  void load_pictureWithANearName_isNamed(String name) throws IOException {
    Files.move(folder.resolve("world/r.png"), folder.resolve("world").resolve(name));

    assertThat(failure().getMessage())
        .endsWith(
            name.endsWith("jpg")
                ? "found no such file"
                : "found no such file; did you mean %s?".formatted(name));
  }

  /** An accent is a sign of its own on some disks, and a part of its letter on others. */
  @ParameterizedTest
  @CsvSource({"Cafe\u0301.png, Caf\u00E9.png", "Caf\u00E9.png, Cafe\u0301.png"})
  void load_nameThatLooksTheSame_isTaken(String onDisk, String written) throws IOException {
    Files.move(folder.resolve("world/r.png"), folder.resolve("world").resolve(onDisk));
    Files.writeString(
        folder.resolve("world/world.yaml"),
        "world: W\ncharacters: [{id: rosie, pictures: [%s]}]\n".formatted(written));

    assertThat(StoryFiles.load(story).pictures()).hasSize(1);
  }

  @Test
  void load_linkOutOfTheWorld_isRefused() throws IOException {
    Path secret = Files.write(folder.resolve("secret.png"), picture("png", 8, 8, 0));
    Path link = folder.resolve("world/r.png");
    Files.delete(link);
    Files.createSymbolicLink(link, secret);

    assertThat(failure().getMessage()).endsWith("found a link that leads out of the folder");
  }

  @Test
  void load_worldThatLinksToItself_isRefused() throws IOException {
    Files.delete(folder.resolve("world/world.yaml"));
    Files.delete(folder.resolve("world/r.png"));
    Files.delete(folder.resolve("world"));
    Files.createSymbolicLink(folder.resolve("world"), folder.resolve("world"));

    assertThat(failure().code()).isEqualTo(ErrorCode.STORY_INVALID);
    assertThat(failure().getMessage())
        .startsWith("story.yaml:2:8: world: expected a folder with world.yaml in it, found");
  }

  @Test
  void load_pictureThatIsAFolder_isTold() throws IOException {
    Files.delete(folder.resolve("world/r.png"));
    Files.createDirectory(folder.resolve("world/r.png"));

    assertThat(failure().getMessage()).endsWith("found a folder");
  }
}
