package dev.longtake.coordinator.artifacts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one process writes what is not finished, beside those of the other processes that use the
 * same file system. A process holds the lock of its own folder as long as it lives; a folder whose
 * lock is free belongs to a dead one, and is removed by whoever comes next.
 */
final class UnfinishedFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(UnfinishedFolder.class);
  private static final String LOCK = "lock";

  private final Path own;
  private final FileChannel lockFile;
  private final AtomicLong nextName = new AtomicLong();

  private UnfinishedFolder(Path own, FileChannel lockFile) {
    this.own = own;
    this.lockFile = lockFile;
  }

  /** Makes a folder of this process's own among all of them, and removes those of dead ones. */
  static UnfinishedFolder open(Path all) throws IOException {
    Files.createDirectories(all);
    @Nullable UnfinishedFolder opened = null;
    while (opened == null) {
      opened = tryOpen(all.resolve(UUID.randomUUID().toString()));
    }
    for (Path other : list(all)) {
      if (!other.equals(opened.own)) {
        sweep(other);
      }
    }
    return opened;
  }

  /** Null if another process swept the folder before its lock was taken. */
  private static @Nullable UnfinishedFolder tryOpen(Path own) throws IOException {
    Files.createDirectory(own);
    FileChannel lockFile;
    try {
      lockFile =
          FileChannel.open(
              own.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      return null;
    }
    if (tryLock(lockFile) != null && Files.exists(own.resolve(LOCK))) {
      return new UnfinishedFolder(own, lockFile);
    }
    lockFile.close();
    return null;
  }

  /** Removes what a dead process left; leaves alone what it cannot tell. */
  private static void sweep(Path other) {
    if (Files.isRegularFile(other)) {
      remove(other); // An earlier version had no folders here.
      return;
    }
    try (FileChannel lockFile =
        FileChannel.open(
            other.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (tryLock(lockFile) != null) {
        remove(other);
      }
    } catch (IOException e) {
      log.warn("folder={} of an ended process cannot be removed: {}", other, e.toString());
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.warn("{} is unfinished and cannot be removed: {}", folder, e.toString());
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Held by another store of this very process.
    }
  }

  /** A name in it that is not used. */
  Path next() {
    return own.resolve(Long.toString(nextName.incrementAndGet()));
  }

  /** Whether this process can write here. */
  void check() throws IOException {
    Path file = next();
    Files.createFile(file);
    Files.delete(file);
  }

  @Override
  public void close() {
    if (!lockFile.isOpen()) {
      return;
    }
    remove(own);
    try {
      lockFile.close();
    } catch (IOException e) {
      log.warn("folder={} cannot be unlocked: {}", own, e.toString());
    }
  }
}
