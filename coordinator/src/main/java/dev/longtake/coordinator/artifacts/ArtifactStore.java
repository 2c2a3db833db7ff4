package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalLong;

/**
 * Artifacts: bytes under their digest, shared by all coordinators of a farm. An artifact is there
 * whole or not at all, and never changes once it is there, so that writing one twice, by whomever,
 * changes nothing. Safe for any number of threads; calls may wait for a disk or a network.
 *
 * <p>Each call throws a {@link LongtakeException}: {@link ErrorCode#NOT_FOUND} for an artifact that
 * is not there, {@link ErrorCode#DATA_CORRUPT} for bytes that are not those of the digest, {@link
 * ErrorCode#UNAVAILABLE} if the store does not answer, {@link ErrorCode#FILE_UNUSABLE} if a file
 * cannot be read, {@link ErrorCode#STORAGE_FAILED} if a disk takes nothing now.
 */
public interface ArtifactStore extends AutoCloseable {

  /** Bytes of the largest artifact that is taken. */
  long artifactBytesMax();

  /** Bytes that are free for further artifacts; empty where nothing bounds them. */
  default OptionalLong freeBytes() {
    return OptionalLong.empty();
  }

  /** Whether the artifact is there. */
  boolean contains(Digest digest);

  /** Whether all of them are there. */
  default boolean containsAll(Collection<Digest> digests) {
    return digests.stream().allMatch(this::contains);
  }

  /**
   * Whether all of them are there; from now on they count as used now, so that none is removed as
   * old while a story is made of it.
   */
  default boolean useAll(Collection<Digest> digests) {
    return containsAll(digests);
  }

  /** Bytes of an artifact. */
  long size(Digest digest);

  /** Opens an artifact for reading from its start. */
  InputStream open(Digest digest);

  /** Opens an artifact for reading from anywhere. */
  SeekableByteChannel openChannel(Digest digest);

  /** Reads an artifact and checks it. */
  byte[] read(Digest digest);

  /** Stores the content; repeating it is safe. */
  default Digest put(byte[] content) {
    Digest digest = Digest.of(content);
    try (Upload upload = begin(digest, content.length)) {
      upload.write(ByteBuffer.wrap(content));
      upload.finish();
    }
    return digest;
  }

  /** Moves a file into the store: once it is there, the file is gone. */
  Digest adopt(Path file);

  /**
   * Starts to store an artifact that comes in pieces, and reserves its room.
   *
   * @throws LongtakeException with {@link ErrorCode#REQUEST_INVALID} if it is larger than any may
   *     be, {@link ErrorCode#LIMIT_REACHED} if uploads under way leave no room for it
   */
  Upload begin(Digest digest, long sizeBytes);

  /** Returns if the store can be read and written now, and else says why not. */
  void check();

  @Override
  void close();

  /**
   * An artifact on its way in, for one thread at a time. Closing it without {@link #finish} leaves
   * nothing behind that anybody sees.
   */
  interface Upload extends AutoCloseable {

    /** Adds a piece. */
    void write(ByteBuffer piece);

    /**
     * Checks size and digest and makes the artifact seen.
     *
     * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if they are not as promised
     */
    void finish();

    @Override
    void close();
  }
}
