package dev.longtake.coordinator.artifacts;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Files of artifacts and index whose times are old. A file's time is when it was written or last
 * used, whichever coordinator did that.
 *
 * <p>A file that is used at the very moment at which it is removed: it is moved away first, and
 * looked at again there. Who used it before it was moved has set its time, and it comes back; who
 * comes later does not find it, as if it had been removed before.
 */
final class OldFiles implements OldArtifacts {

  private final Path artifacts;
  private final Path index;
  private final UnfinishedFolder unfinished;

  /**
   * Those in these folders.
   *
   * @param unfinished within {@code artifacts}; nothing in it is touched
   */
  OldFiles(Path artifacts, Path index, UnfinishedFolder unfinished) {
    this.artifacts = artifacts;
    this.index = index;
    this.unfinished = unfinished;
  }

  @Override
  public Removed remove(Instant before) {
    var sweep = new Sweep(FileTime.from(before));
    try {
      // Entries first: a shot that is found has all that it is made of.
      for (Path folder : new Path[] {index, artifacts}) {
        if (Files.isDirectory(folder)) {
          Files.walkFileTree(folder, sweep);
        }
      }
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.STORAGE_FAILED, "artifacts: cannot remove old ones: " + e, e);
    }
    return new Removed(sweep.files, sweep.bytes);
  }

  private final class Sweep extends SimpleFileVisitor<Path> {

    private final FileTime before;
    private long files;
    private long bytes;

    private Sweep(FileTime before) {
      this.before = before;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return folder.equals(artifacts.resolve(ArtifactStorage.UNFINISHED))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.lastModifiedTime().compareTo(before) < 0 && isGone(file)) {
        files++;
        bytes += attributes.size();
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean isGone(Path file) throws IOException {
      Path away = unfinished.next();
      try {
        Files.move(file, away, StandardCopyOption.ATOMIC_MOVE);
        if (Files.getLastModifiedTime(away).compareTo(before) < 0) {
          Files.delete(away);
          return true;
        }
        Files.move(away, file, StandardCopyOption.ATOMIC_MOVE);
        return false;
      } catch (NoSuchFileException e) {
        return false; // Another coordinator was faster.
      }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
      return FileVisitResult.CONTINUE;
    }
  }
}
