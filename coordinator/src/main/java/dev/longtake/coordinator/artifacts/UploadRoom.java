package dev.longtake.coordinator.artifacts;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.util.function.LongSupplier;

/**
 * Room for what is on its way in: each upload reserves its own before it begins, so that many that
 * fit one by one do not fill a disk, or the memory, together. Safe for any number of threads.
 */
public final class UploadRoom {

  private final LongSupplier freeBytes;
  private long reserved;

  /**
   * The room of one store.
   *
   * @param freeBytes what is free now, what uploads have reserved and not yet used included
   */
  public UploadRoom(LongSupplier freeBytes) {
    this.freeBytes = freeBytes;
  }

  /**
   * Reserves room.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if there is less
   */
  public synchronized Reservation reserve(long bytes) {
    long left = left();
    if (bytes > left) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "artifact: expected at most %d bytes, which is what uploads under way leave free, found %d"
              .formatted(left, bytes));
    }
    reserved += bytes;
    return new Reservation(bytes);
  }

  /** Bytes that are free and not reserved. */
  public synchronized long left() {
    return Math.max(0, freeBytes.getAsLong() - reserved);
  }

  private synchronized void release(long bytes) {
    reserved -= bytes;
  }

  /** One upload's room, until it is closed. Used by one thread at a time. */
  public final class Reservation implements AutoCloseable {

    private long left;

    private Reservation(long bytes) {
      left = bytes;
    }

    /** Says that these bytes of it are written, and so no longer free anyway. */
    public void use(long bytes) {
      long used = Math.min(left, bytes);
      left -= used;
      release(used);
    }

    @Override
    public void close() {
      use(left);
    }
  }
}
