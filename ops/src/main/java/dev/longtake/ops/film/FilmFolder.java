package dev.longtake.ops.film;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
  private static final String PROBE = ".probe";
  private static final String MANIFEST = "manifest.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  public FilmFolder(Path folder) {
    this.folder = folder;
  }

  /** Where a story's film goes unless it is told otherwise: below {@code films/}. */
  public static FilmFolder of(String storyName) {
    return new FilmFolder(Path.of("films", FolderName.of(storyName)));
  }

  /** The folder. */
  public Path path() {
    return folder;
  }

  /**
   * Makes the folder and finds out, before anything is rendered, whether the film can be delivered
   * to it.
   *
   * @param bytes about how much will be written
   * @throws LongtakeException {@code FILE_UNUSABLE} if it cannot be made or written, has too little
   *     room, or holds the film of another story
   */
  public void prepare(String storyName, long bytes) {
    try {
      Files.createDirectories(folder);
      requireNoOtherFilm(storyName);
      Files.deleteIfExists(Files.writeString(folder.resolve(PROBE), storyName));
      long room = Files.getFileStore(folder).getUsableSpace();
      if (room < bytes) {
        throw unusable(
            "expected room for about %d MiB, found %d MiB"
                .formatted(Math.ceilDiv(bytes, 1L << 20), room >> 20),
            null);
      }
    } catch (FileAlreadyExistsException e) {
      throw unusable("expected a folder, found a file at " + e.getFile(), e);
    } catch (AccessDeniedException e) {
      throw unusable("expected the right to write there, found none (" + e.getFile() + ")", e);
    } catch (IOException | UncheckedIOException e) {
      throw unusable(String.valueOf(e), e);
    }
  }

  /** Two stories whose names differ by a sign or two would take turns in one folder. */
  private void requireNoOtherFilm(String storyName) throws IOException {
    Path manifest = folder.resolve(MANIFEST);
    if (!Files.exists(manifest)) {
      return;
    }
    String other = JSON.readTree(manifest.toFile()).path("story").path("name").asText(storyName);
    if (!other.equals(storyName)) {
      throw unusable(
          "it holds the film of another story, \"%s\": name a folder for \"%s\" with --out"
              .formatted(other, storyName),
          null);
    }
  }

  private LongtakeException unusable(String found, @Nullable Throwable cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE,
        "the film cannot be written to %s: %s".formatted(folder, found),
        cause);
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
      throw unusable(String.valueOf(e), e);
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
