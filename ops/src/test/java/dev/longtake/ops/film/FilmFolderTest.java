package dev.longtake.ops.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can keep a film from being delivered is found before it is rendered. */
class FilmFolderTest {

  @TempDir private Path folder;

  @Test
  void prepare_folderThatIsNotThere_isMadeAndLeftEmpty() throws IOException {
    Path film = folder.resolve("films/zoo");

    new FilmFolder(film).prepare("Zoo", 1000);

    assertThat(film).isEmptyDirectory();
  }

  @Test
  void prepare_fileInTheWay_isNamed() throws IOException {
    Files.writeString(folder.resolve("films"), "");

    assertUnusable(folder.resolve("films"), "Zoo", 0, "expected a folder, found a file");
  }

  @Test
  void prepare_nameThatIsTooLong_isRefused() {
    assertUnusable(folder.resolve("x".repeat(300)), "Zoo", 0, "File name too long");
  }

  @Test
  void prepare_tooLittleRoom_saysHowMuch() {
    assertUnusable(folder, "Zoo", Long.MAX_VALUE / 2, "expected room for about", "MiB, found");
  }

  @Test
  void prepare_filmOfAnotherStory_isNotOverwritten() throws IOException {
    Files.writeString(folder.resolve("manifest.json"), "{\"story\": {\"name\": \"A b\"}}");

    assertUnusable(folder, "a-B", 0, "it holds the film of another story, \"A b\"", "with --out");
    new FilmFolder(folder).prepare("A b", 0);
  }

  private static void assertUnusable(Path film, String name, long bytes, String... said) {
    assertThatThrownBy(() -> new FilmFolder(film).prepare(name, bytes))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.FILE_UNUSABLE))
        .hasMessageStartingWith("the film cannot be written to " + film + ": ")
        .hasMessageContainingAll(said);
  }
}
