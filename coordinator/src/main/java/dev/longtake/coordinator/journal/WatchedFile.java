package dev.longtake.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.function.Consumer;
import org.h2.store.fs.FileBase;

/**
 * A file that tells when it cannot be read or written; all else is that of the file itself. Reading
 * and writing at a position may go on side by side: what is read does not wait until the disk has
 * what is written.
 */
@SuppressWarnings(
    "UnsynchronizedOverridesSynchronized") // The base locks to seek; nobody seeks here.
final class WatchedFile extends FileBase {

  private final FileChannel file;
  private final Consumer<IOException> onFailure;

  WatchedFile(FileChannel file, Consumer<IOException> onFailure) {
    this.file = file;
    this.onFailure = onFailure;
  }

  private interface Access<T> {
    T make() throws IOException;
  }

  private <T> T watched(Access<T> access) throws IOException {
    try {
      return access.make();
    } catch (IOException e) {
      onFailure.accept(e);
      throw e;
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return watched(() -> file.read(target));
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return watched(() -> file.read(target, position));
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return watched(() -> file.write(source));
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return watched(() -> file.write(source, position));
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    watched(() -> file.truncate(size));
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    watched(
        () -> {
          file.force(metaData);
          return true;
        });
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean isShared) throws IOException {
    return file.tryLock(position, size, isShared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
