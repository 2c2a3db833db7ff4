package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object from anywhere. A read that breaks off goes on where it was, a bounded number of
 * times. Used by one thread at a time.
 */
final class S3Channel implements SeekableByteChannel {

  private static final int BREAKS_MAX = 5;
  private static final int BUFFER_BYTES = 1 << 16;

  private final S3Bucket bucket;
  private final String name;
  private final long sizeBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private @Nullable InputStream stream;
  private long position;
  private int breaks;
  private boolean isClosed;

  S3Channel(S3Bucket bucket, String name, long sizeBytes) {
    this.bucket = bucket;
    this.name = name;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Reads some bytes.
   *
   * @throws LongtakeException if the server cannot be read from any more
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    requireOpen();
    if (position >= sizeBytes) {
      return -1;
    }
    int wanted = Math.min(target.remaining(), buffer.length);
    while (wanted > 0) {
      try {
        int length = opened().read(buffer, 0, wanted);
        if (length > 0) {
          target.put(buffer, 0, length);
          position += length;
          breaks = 0;
          return length;
        }
        broken(new IOException("it ended %d bytes early".formatted(sizeBytes - position)));
      } catch (IOException e) {
        broken(e);
      }
    }
    return 0;
  }

  private InputStream opened() {
    InputStream current = stream;
    if (current == null) {
      current = bucket.open(name, position).orElseThrow(() -> S3Bucket.missing(name));
      stream = current;
    }
    return current;
  }

  private void broken(IOException cause) throws IOException {
    release();
    breaks++;
    if (breaks > BREAKS_MAX) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "artifact: expected to read %s to its end, found that it broke off at byte %d: %s"
              .formatted(name, position, cause.getMessage()),
          cause);
    }
  }

  private void release() throws IOException {
    InputStream current = stream;
    stream = null;
    if (current != null) {
      current.close();
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    requireOpen();
    if (newPosition != position) {
      release();
      position = newPosition;
    }
    return this;
  }

  @Override
  public long size() {
    return sizeBytes;
  }

  private void requireOpen() throws ClosedChannelException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    release();
  }
}
