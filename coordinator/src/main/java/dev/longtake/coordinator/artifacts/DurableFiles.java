package dev.longtake.coordinator.artifacts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;

/** Files that are there whole or not at all, even after a loss of power. */
final class DurableFiles {

  private DurableFiles() {}

  /**
   * Gives a file that is written and synchronised its final name, in place of what may have it.
   *
   * @throws AtomicMoveNotSupportedException if the name is on another disk
   */
  static void publish(Path written, Path target) throws IOException {
    Path folder = folder(target);
    Files.move(
        written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    synchronise(folder);
  }

  /** The same unless something has the name; false if something has. The first name may stay. */
  static boolean publishFirst(Path written, Path target) throws IOException {
    Path folder = folder(target);
    try {
      Files.createLink(target, written);
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without links: of two who come at the same moment, the second one stays.
      if (Files.exists(target)) {
        return false;
      }
      publish(written, target);
      return true;
    }
    synchronise(folder);
    return true;
  }

  /** Whether the file is there; its time is that of its last use, which is now. */
  static boolean use(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Clock.systemUTC().instant()));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) { // A file system that is read only, or another's file.
      return Files.exists(file);
    }
  }

  private static Path folder(Path target) throws IOException {
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("no folder: " + target);
    }
    return Files.createDirectories(folder);
  }

  /** The new name itself is data of the folder. */
  private static void synchronise(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Writes and synchronises the content. */
  static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }
}
