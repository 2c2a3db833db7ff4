package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.OptionalLong;

/**
 * Artifacts in a folder, each a file under its digest: {@code ab/cd/abcd...}. The folder may be on
 * a file system that several coordinators share.
 */
final class FolderArtifactStore implements ArtifactStore {

  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;
  private final UnfinishedFolder unfinished;
  private final UploadRoom room;
  private final long artifactBytesMax;

  FolderArtifactStore(
      Path folder, UnfinishedFolder unfinished, UploadRoom room, long artifactBytesMax) {
    this.folder = folder;
    this.unfinished = unfinished;
    this.room = room;
    this.artifactBytesMax = artifactBytesMax;
  }

  @Override
  public boolean contains(Digest digest) {
    return Files.exists(path(digest));
  }

  @Override
  public boolean useAll(Collection<Digest> digests) {
    return digests.stream().allMatch(digest -> DurableFiles.use(path(digest)));
  }

  @Override
  public long artifactBytesMax() {
    return artifactBytesMax;
  }

  @Override
  public OptionalLong freeBytes() {
    return OptionalLong.of(room.left());
  }

  @Override
  public Digest adopt(Path file) {
    try {
      Digest digest = synchronise(file);
      try {
        DurableFiles.publish(file, path(digest));
      } catch (AtomicMoveNotSupportedException e) { // It is on another disk.
        copy(file, digest);
        Files.delete(file);
      }
      return digest;
    } catch (IOException e) {
      throw unusable("store", file, e);
    }
  }

  private static Digest synchronise(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Digest.Hasher hasher = Digest.hasher();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer) >= 0) {
        hasher.update(buffer.flip());
        buffer.clear();
      }
      channel.force(true);
      return hasher.digest();
    }
  }

  private void copy(Path file, Digest digest) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Upload upload = begin(digest, channel.size())) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer) >= 0) {
        upload.write(buffer.flip());
        buffer.clear();
      }
      upload.finish();
    }
  }

  @Override
  public Upload begin(Digest digest, long sizeBytes) {
    var check = new UploadCheck(digest, sizeBytes, artifactBytesMax);
    UploadRoom.Reservation reservation = room.reserve(sizeBytes);
    Path file = unfinished.next();
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new FileUpload(path(digest), check, reservation, file, channel);
    } catch (IOException e) {
      reservation.close();
      throw unusable("write", file, e);
    }
  }

  @Override
  public long size(Digest digest) {
    try {
      return Files.size(path(digest));
    } catch (IOException e) {
      throw missing(digest, e);
    }
  }

  @Override
  public InputStream open(Digest digest) {
    try {
      return Files.newInputStream(path(digest));
    } catch (IOException e) {
      throw missing(digest, e);
    }
  }

  @Override
  public FileChannel openChannel(Digest digest) {
    try {
      return FileChannel.open(path(digest), StandardOpenOption.READ);
    } catch (IOException e) {
      throw missing(digest, e);
    }
  }

  @Override
  public byte[] read(Digest digest) {
    byte[] content;
    try {
      content = Files.readAllBytes(path(digest));
    } catch (IOException e) {
      throw missing(digest, e);
    }
    UploadCheck.requireDigest(digest, Digest.of(content));
    return content;
  }

  @Override
  public void check() {
    try {
      unfinished.check();
    } catch (IOException e) {
      throw unusable("write in", folder, e);
    }
  }

  @Override
  public void close() {
    unfinished.close();
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
        ErrorCode.STORAGE_FAILED,
        "artifacts: cannot %s %s: %s".formatted(what, file, cause),
        cause);
  }

  /** Written under another name, synchronised, and renamed. */
  private record FileUpload(
      Path target,
      UploadCheck check,
      UploadRoom.Reservation reservation,
      Path file,
      FileChannel channel)
      implements Upload {

    @Override
    public void write(ByteBuffer piece) {
      check.add(piece);
      int length = piece.remaining();
      try {
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
      } catch (IOException e) {
        throw unusable("write", file, e);
      }
      reservation.use(length);
    }

    @Override
    public void finish() {
      check.requireWhole();
      try {
        channel.force(true);
        channel.close();
        DurableFiles.publish(file, target);
      } catch (IOException e) {
        throw unusable("write", file, e);
      }
    }

    @Override
    public void close() {
      try (reservation) {
        channel.close();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw unusable("remove", file, e);
      }
    }
  }
}
