package dev.longtake.story.yaml;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Opens story files: the rim around {@code StoryReader}. */
public final class StoryFiles {

  private StoryFiles() {}

  /**
   * Reads and checks a story, its world and its pictures.
   *
   * @param storyYaml the story's file; its folder is what paths in it are relative to
   * @throws LongtakeException with {@link ErrorCode#STORY_INVALID} and one line {@code
   *     file:line:column: sentence} per mistake, or with {@link ErrorCode#FILE_UNUSABLE} if the
   *     story file cannot be read
   */
  public static LoadedStory load(Path storyYaml) {
    Path name = storyYaml.getFileName();
    if (name == null || Files.isDirectory(storyYaml)) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE,
          "%s: expected a story file, found a folder; name the file inside it%s"
              .formatted(storyYaml, example(storyYaml)));
    }
    Path parent = storyYaml.toAbsolutePath().getParent();
    Path folder = parent == null ? storyYaml.toAbsolutePath() : parent;
    return StoryReader.read(
        name.toString(), (inside, path, bytesMax) -> read(folder, inside, path, bytesMax));
  }

  private static String example(Path folder) {
    Path story = folder.resolve("story.yaml");
    return Files.exists(story) ? ", " + story : "";
  }

  private static Source.Content read(Path storyFolder, String inside, String path, int bytesMax) {
    try {
      Path folder = storyFolder.resolve(inside).toRealPath();
      Path file = FileNames.existing(folder, path).toRealPath();
      if (!file.startsWith(folder)) {
        return new Source.Content.Unusable("a link that leads out of the folder");
      }
      if (!Files.isRegularFile(file)) {
        return new Source.Content.Unusable("a folder");
      }
      return read(file, bytesMax);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return new Source.Content.Unusable(
          "no such file" + FileNames.near(storyFolder.resolve(inside), path));
    } catch (FileSystemLoopException e) {
      return new Source.Content.Unusable("a link that leads to itself");
    } catch (InvalidPathException e) {
      return new Source.Content.Unusable(FileNames.unreadable());
    } catch (IOException e) {
      return new Source.Content.Unusable("a file that cannot be read: " + e.getMessage());
    }
  }

  private static Source.Content read(Path file, int bytesMax) throws IOException {
    long size = Files.size(file);
    if (size > bytesMax) {
      return new Source.Content.Unusable(
          "%d bytes where at most %d are allowed".formatted(size, bytesMax));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      return bytes.length > bytesMax
          ? new Source.Content.Unusable("more than %d bytes".formatted(bytesMax))
          : new Source.Content.Found(bytes);
    }
  }
}
