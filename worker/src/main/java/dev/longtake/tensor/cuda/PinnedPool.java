package dev.longtake.tensor.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Pinned host memory and events for what travels by itself, kept for the next chunk: the driver
 * gives nothing back before it closes, and taking memory from the system stops the device.
 */
final class PinnedPool {

  /**
   * A piece of it.
   *
   * @param bytes at least as many as were asked for
   * @param event for whoever lets the device use it
   */
  record Piece(MemorySegment bytes, long event) {}

  private final CudaDriver driver;
  private final Map<Long, Deque<Piece>> free = new HashMap<>();
  private final Deque<Long> events = new ArrayDeque<>();

  PinnedPool(CudaDriver driver) {
    this.driver = driver;
  }

  /** A piece that the device has done with. */
  Piece take(long byteCount) {
    long size = Long.highestOneBit(Math.max(1, byteCount - 1)) << 1;
    Deque<Piece> pieces = free.computeIfAbsent(size, it -> new ArrayDeque<>());
    if (pieces.isEmpty()) {
      return new Piece(driver.allocatePinned(size), driver.createEvent());
    }
    Piece piece = pieces.remove();
    driver.await(piece.event());
    return piece;
  }

  /** Takes a piece back; the device may still be at it. */
  void give(Piece piece) {
    free.computeIfAbsent(piece.bytes().byteSize(), it -> new ArrayDeque<>()).add(piece);
  }

  /** An event that nobody else uses. */
  long takeEvent() {
    return events.isEmpty() ? driver.createEvent() : events.remove();
  }

  /** Takes an event back. */
  void giveEvent(long event) {
    events.add(event);
  }
}
