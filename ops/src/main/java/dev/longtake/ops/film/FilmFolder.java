package dev.longtake.ops.film;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The folder a film is delivered to. All its files are fetched and checked in a folder of their own
 * inside it, and take their names only when the last one is there.
 */
public final class FilmFolder {

  /** The film itself, among its files. */
  public static final String FILM = "film.mp4";

  /** Where the film without exchange lies, beside the one it is compared with. */
  public static final String EXCHANGE_OFF = "exchange-off";

  private static final String INCOMING = ".incoming";

  private final Path folder;

  public FilmFolder(Path folder) {
    this.folder = folder;
  }

  /** The folder of a story's film below {@code films/}, e.g. {@code new-york-zoo}. */
  public static String slug(String storyName) {
    String slug =
        storyName
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N}]+", "-")
            .replaceAll("^-+|-+$", "");
    return slug.isEmpty() ? "film" : slug;
  }

  /** Fetches every file of the film. */
  public void deliver(FarmClient farm, StoryStatus status) {
    Path incoming = folder.resolve(INCOMING);
    try {
      Files.createDirectories(incoming);
      for (FilmFile file : status.film().files()) {
        farm.download(status.storyId(), file, incoming, bytes -> {});
      }
      for (FilmFile file : status.film().files()) {
        Path target = folder.resolve(file.name());
        Path parent = target.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.move(incoming.resolve(file.name()), target, StandardCopyOption.REPLACE_EXISTING);
      }
      delete(incoming);
    } catch (IOException | UncheckedIOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "the film cannot be written to %s: %s".formatted(folder, e), e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
