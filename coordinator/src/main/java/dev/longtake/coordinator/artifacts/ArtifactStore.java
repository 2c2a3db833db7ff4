package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Artifacts in a folder, each under its digest: {@code ab/cd/abcd...}. Safe for any number of
 * threads. An artifact never changes once it is there.
 */
public final class ArtifactStore {

  private final Path folder;
  private final Path unfinished;
  private final long artifactBytesMax;
  private final AtomicLong nextName = new AtomicLong();

  private ArtifactStore(Path folder, long artifactBytesMax) {
    this.folder = folder;
    this.unfinished = folder.resolve("unfinished");
    this.artifactBytesMax = artifactBytesMax;
  }

  /**
   * Opens the store, and removes what an earlier process left unfinished.
   *
   * @param artifactBytesMax largest artifact it takes
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE}
   */
  public static ArtifactStore open(Path folder, long artifactBytesMax) {
    var store = new ArtifactStore(folder, artifactBytesMax);
    try {
      Files.createDirectories(store.unfinished);
      try (Stream<Path> left = Files.list(store.unfinished)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw unusable("open", folder, e);
    }
    return store;
  }

  /** Whether the artifact is there. */
  public boolean contains(Digest digest) {
    return Files.exists(path(digest));
  }

  /** Bytes of the largest artifact that is taken. */
  public long artifactBytesMax() {
    return artifactBytesMax;
  }

  /** Stores the content; repeating it is safe. */
  public Digest put(byte[] content) {
    Digest digest = Digest.of(content);
    try (Upload upload = begin(digest, content.length)) {
      upload.write(ByteBuffer.wrap(content));
      upload.finish();
    }
    return digest;
  }

  /** Moves a file into the store. It has to be on the same disk. */
  public Digest adopt(Path file) {
    try {
      Digest.Hasher hasher = Digest.hasher();
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        while (channel.read(buffer) >= 0) {
          hasher.update(buffer.flip());
          buffer.clear();
        }
        channel.force(true);
      }
      Digest digest = hasher.digest();
      DurableFiles.publish(file, path(digest));
      return digest;
    } catch (IOException e) {
      throw unusable("store", file, e);
    }
  }

  /**
   * Starts to store an artifact that comes in pieces.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if it is too large
   */
  public Upload begin(Digest digest, long sizeBytes) {
    if (sizeBytes < 0 || sizeBytes > artifactBytesMax) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "size_bytes: expected 0 to %d bytes, found %d".formatted(artifactBytesMax, sizeBytes));
    }
    return new Upload(digest, sizeBytes);
  }

  /** Bytes of an artifact. */
  public long size(Digest digest) {
    try {
      return Files.size(path(digest));
    } catch (IOException e) {
      throw missing(digest, e);
    }
  }

  /** Opens an artifact for reading from its start. */
  public InputStream open(Digest digest) {
    try {
      return Files.newInputStream(path(digest));
    } catch (IOException e) {
      throw missing(digest, e);
    }
  }

  /** Opens an artifact for reading from anywhere. */
  public FileChannel openChannel(Digest digest) {
    try {
      return FileChannel.open(path(digest), StandardOpenOption.READ);
    } catch (IOException e) {
      throw missing(digest, e);
    }
  }

  /**
   * Reads an artifact and checks it.
   *
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND}, or {@link ErrorCode#DATA_CORRUPT}
   *     if the file is not what it was
   */
  public byte[] read(Digest digest) {
    byte[] content;
    try {
      content = Files.readAllBytes(path(digest));
    } catch (IOException e) {
      throw missing(digest, e);
    }
    Digest found = Digest.of(content);
    if (!found.equals(digest)) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "artifact: expected a file with digest %s, found %s".formatted(digest, found));
    }
    return content;
  }

  private Path path(Digest digest) {
    String hex = digest.hex();
    return folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
  }

  private static LongtakeException missing(Digest digest, IOException cause) {
    return cause instanceof NoSuchFileException
        ? new LongtakeException(
            ErrorCode.NOT_FOUND, "artifact: expected %s to be there".formatted(digest), cause)
        : new LongtakeException(
            ErrorCode.FILE_UNUSABLE,
            "artifact %s: cannot read: %s".formatted(digest, cause),
            cause);
  }

  private static LongtakeException unusable(String what, Path file, IOException cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE, "artifacts: cannot %s %s: %s".formatted(what, file, cause), cause);
  }

  /** An artifact on its way in. Closing it without {@link #finish} leaves nothing behind. */
  public final class Upload implements AutoCloseable {

    private final Digest digest;
    private final long sizeBytes;
    private final Path file;
    private final FileChannel channel;
    private final Digest.Hasher hasher = Digest.hasher();
    private long written;

    private Upload(Digest digest, long sizeBytes) {
      this.digest = digest;
      this.sizeBytes = sizeBytes;
      this.file = unfinished.resolve(Long.toString(nextName.incrementAndGet()));
      try {
        this.channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw unusable("write", file, e);
      }
    }

    /** Adds a piece. */
    public void write(ByteBuffer piece) {
      written += piece.remaining();
      if (written > sizeBytes) {
        throw wrongSize();
      }
      hasher.update(piece);
      try {
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
      } catch (IOException e) {
        throw unusable("write", file, e);
      }
    }

    /**
     * Checks size and digest and makes the artifact seen.
     *
     * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if they are not as promised
     */
    public void finish() {
      if (written != sizeBytes) {
        throw wrongSize();
      }
      Digest found = hasher.digest();
      if (!found.equals(digest)) {
        throw new LongtakeException(
            ErrorCode.DATA_CORRUPT,
            "artifact: expected content with digest %s, found %s".formatted(digest, found));
      }
      try {
        channel.force(true);
        channel.close();
        DurableFiles.publish(file, path(digest));
      } catch (IOException e) {
        throw unusable("write", file, e);
      }
    }

    private LongtakeException wrongSize() {
      return new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "artifact %s: expected %d bytes, found %d".formatted(digest, sizeBytes, written));
    }

    @Override
    public void close() {
      try {
        channel.close();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw unusable("remove", file, e);
      }
    }
  }
}
