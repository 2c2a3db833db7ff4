package dev.longtake.coordinator;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** A coordinator's folder, locked for this process until closed. */
final class DataFolder implements AutoCloseable {

  private final Path folder;
  private final FileChannel lockFile;

  private DataFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder if need be, and locks it.
   *
   * @throws LongtakeException with {@link ErrorCode#WRONG_STATE} if another process has it
   */
  static DataFolder open(Path folder) {
    try {
      make(folder);
      return lock(folder);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "data folder %s: cannot use it: %s".formatted(folder, e), e);
    }
  }

  /** One that is made here is read by its owner alone: it holds prompts, and films of others. */
  private static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static DataFolder lock(Path folder) throws IOException {
    try (var opened = new Opened()) {
      FileChannel file =
          opened.add(
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      if (tryLock(file) == null) {
        throw new LongtakeException(
            ErrorCode.WRONG_STATE,
            "data folder %s: expected it to be free, but another coordinator is using it"
                .formatted(folder));
      }
      return opened.keep(new DataFolder(folder, file));
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Another coordinator of this very process.
    }
  }

  Path journal() {
    return folder.resolve("journal");
  }

  /** Where is written who changed what. */
  Path audit() {
    return folder.resolve("audit.jsonl");
  }

  Path scratch() {
    return folder.resolve("scratch");
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "data folder %s: cannot unlock: %s".formatted(folder, e), e);
    }
  }
}
