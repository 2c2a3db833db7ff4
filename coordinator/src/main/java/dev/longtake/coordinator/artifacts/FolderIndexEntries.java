package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries in a folder, each a file under its key: {@code ab/abcd....json}. */
final class FolderIndexEntries implements IndexEntries {

  private static final Logger log = LoggerFactory.getLogger(FolderIndexEntries.class);

  private final Path folder;
  private final UnfinishedFolder unfinished;

  /**
   * The entries in this folder.
   *
   * @param unfinished on the same disk
   */
  FolderIndexEntries(Path folder, UnfinishedFolder unfinished) {
    this.folder = folder;
    this.unfinished = unfinished;
  }

  @Override
  public Optional<byte[]> read(Digest key) {
    Path file = path(key);
    try {
      if (Files.size(file) > ENTRY_BYTES_MAX) {
        return Optional.empty();
      }
      DurableFiles.use(file);
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) { // As good as none: the shot is rendered again.
      log.warn("shotKey={} its index entry cannot be read", key, e);
      return Optional.empty();
    }
  }

  @Override
  public boolean create(Digest key, byte[] entry) {
    Path written = unfinished.next();
    try {
      DurableFiles.write(written, entry);
      boolean isFirst = DurableFiles.publishFirst(written, path(key));
      Files.deleteIfExists(written);
      return isFirst;
    } catch (IOException e) {
      throw unusable(key, e);
    }
  }

  @Override
  public void replace(Digest key, byte[] entry) {
    Path written = unfinished.next();
    try {
      DurableFiles.write(written, entry);
      DurableFiles.publish(written, path(key));
    } catch (IOException e) {
      throw unusable(key, e);
    }
  }

  private Path path(Digest key) {
    return folder.resolve(key.hex().substring(0, 2)).resolve(key.hex() + ".json");
  }

  private static LongtakeException unusable(Digest key, IOException cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE, "shot index: cannot write %s: %s".formatted(key, cause), cause);
  }
}
