package dev.longtake.tensor.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The way between arrays and the device: two pinned buffers in turn, so that one is filled while
 * the other travels. Only {@link #download} waits for the device.
 */
final class Staging {

  private static final int FLOATS = 1 << 20;

  private final CudaDriver driver;
  private final MemorySegment[] buffers = new MemorySegment[2];
  private final long[] events = new long[2];
  private int next;

  Staging(CudaDriver driver) {
    this.driver = driver;
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = driver.allocatePinned((long) FLOATS * Float.BYTES);
      events[i] = driver.createEvent();
    }
  }

  /** Copies {@code count} floats of host memory to the device. */
  void upload(long to, MemorySegment values, long firstByte, long count) {
    for (long done = 0; done < count; done += FLOATS) {
      long bytes = Math.min(FLOATS, count - done) * Float.BYTES;
      long offset = done * Float.BYTES;
      driver.await(events[next]);
      MemorySegment.copy(values, firstByte + offset, buffers[next], 0, bytes);
      driver.upload(to + offset, buffers[next], bytes);
      driver.record(events[next]);
      next ^= 1;
    }
  }

  /** Copies {@code count} floats of the device to {@code values[first]} and on, and waits. */
  void download(float[] values, int first, long from, int count) {
    for (int done = 0; done < count; done += FLOATS) {
      int part = Math.min(FLOATS, count - done);
      driver.await(events[next]);
      driver.download(buffers[next], from + (long) done * Float.BYTES, (long) part * Float.BYTES);
      driver.synchronize();
      MemorySegment.copy(buffers[next], ValueLayout.JAVA_FLOAT, 0, values, first + done, part);
      next ^= 1;
    }
  }
}
