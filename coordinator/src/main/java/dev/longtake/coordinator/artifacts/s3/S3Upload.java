package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.UploadCheck;
import dev.longtake.coordinator.artifacts.UploadRoom;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An artifact on its way into a bucket. What fits into one part is one object, written at once;
 * what is larger goes in parts, of which nothing is seen before the last. One part is in memory.
 */
final class S3Upload implements ArtifactStore.Upload {

  private static final Logger log = LoggerFactory.getLogger(S3Upload.class);

  /** Of most uploads; the protocol wants at least 5 MiB. */
  private static final int PART_BYTES_MIN = 8 << 20;

  /** The protocol's limit. */
  private static final int PARTS_MAX = 10_000;

  private final S3Bucket bucket;
  private final String name;
  private final UploadCheck check;
  private final UploadRoom.Reservation room;
  private final Runnable onStored;
  private final ByteBuffer buffer;
  private final List<S3Bucket.Part> sent = new ArrayList<>();
  private S3Bucket.@Nullable Parts parts;

  /**
   * An upload that begins.
   *
   * @param room of the buffer, {@link #bufferBytes}
   * @param onStored told when the artifact is there
   */
  S3Upload(
      S3Bucket bucket,
      String name,
      UploadCheck check,
      UploadRoom.Reservation room,
      int bufferBytes,
      Runnable onStored) {
    this.bucket = bucket;
    this.name = name;
    this.check = check;
    this.room = room;
    this.onStored = onStored;
    this.buffer = ByteBuffer.allocate(bufferBytes);
  }

  /** Memory that an upload of this size takes. */
  static int bufferBytes(long sizeBytes) {
    long part = Math.max(PART_BYTES_MIN, Math.ceilDiv(sizeBytes, PARTS_MAX));
    return Math.toIntExact(Math.min(sizeBytes, part));
  }

  @Override
  public void write(ByteBuffer piece) {
    check.add(piece);
    while (piece.hasRemaining()) {
      if (!buffer.hasRemaining()) {
        sendPart(); // Only now: the last part is sent when the whole is known to be right.
      }
      int length = Math.min(buffer.remaining(), piece.remaining());
      buffer.put(piece.slice(piece.position(), length));
      piece.position(piece.position() + length);
    }
  }

  private void sendPart() {
    if (parts == null) {
      parts = bucket.beginParts(name);
    }
    sent.add(bucket.sendPart(parts, sent.size() + 1, buffer.flip()));
    buffer.clear();
  }

  @Override
  public void finish() {
    check.requireWhole();
    S3Bucket.Parts upload = parts;
    boolean isFirst;
    if (upload == null) {
      isFirst = bucket.create(name, buffer.flip());
    } else {
      sendPart();
      isFirst = finishParts(upload);
    }
    if (!isFirst && bucket.size(name).isEmpty()) { // Others were at it, and have not come through.
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "artifact: expected to store %s, found another who does".formatted(name));
    }
    onStored.run();
  }

  private boolean finishParts(S3Bucket.Parts upload) {
    try {
      boolean isFirst = bucket.finishParts(upload, sent);
      parts = isFirst ? null : upload;
      return isFirst;
    } catch (LongtakeException e) {
      // An answer may be lost after the work was done, and then the upload is not there any more.
      if (bucket.size(name).isEmpty()) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void close() {
    S3Bucket.Parts left = parts;
    parts = null;
    try (room) {
      if (left != null) {
        bucket.abortParts(left);
      }
    } catch (LongtakeException e) { // Whoever starts after a day removes it.
      log.warn("artifact={} its unfinished upload cannot be removed: {}", name, e.getMessage());
    }
  }
}
