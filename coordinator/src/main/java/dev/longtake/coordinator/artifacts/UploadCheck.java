package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;

/** Compares what comes in with what was promised. Used by one upload. */
public final class UploadCheck {

  private final Digest digest;
  private final long sizeBytes;
  private final Digest.Hasher hasher = Digest.hasher();
  private long written;

  /**
   * The check of an upload that begins.
   *
   * @param sizeBytesMax of any artifact
   * @throws LongtakeException with {@link ErrorCode#REQUEST_INVALID} if more is promised
   */
  public UploadCheck(Digest digest, long sizeBytes, long sizeBytesMax) {
    if (sizeBytes < 0 || sizeBytes > sizeBytesMax) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "size_bytes: expected 0 to %d bytes, found %d".formatted(sizeBytesMax, sizeBytes));
    }
    this.digest = digest;
    this.sizeBytes = sizeBytes;
  }

  /** Takes note of a piece; the buffer's position does not move. */
  public void add(ByteBuffer piece) {
    written += piece.remaining();
    if (written > sizeBytes) {
      throw wrongSize();
    }
    hasher.update(piece);
  }

  /**
   * Says that all has come.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if it is not as promised
   */
  public void requireWhole() {
    if (written != sizeBytes) {
      throw wrongSize();
    }
    requireDigest(digest, hasher.digest());
  }

  /** Refuses content with another digest than the one it goes by. */
  public static void requireDigest(Digest expected, Digest found) {
    if (!found.equals(expected)) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "artifact: expected content with digest %s, found %s".formatted(expected, found));
    }
  }

  private LongtakeException wrongSize() {
    return new LongtakeException(
        ErrorCode.DATA_CORRUPT,
        "artifact %s: expected %d bytes, found %d".formatted(digest, sizeBytes, written));
  }
}
