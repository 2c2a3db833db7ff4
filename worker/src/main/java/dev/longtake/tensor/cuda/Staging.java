package dev.longtake.tensor.cuda;

import dev.longtake.tensor.cuda.CudaDriver.Stream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The way between arrays and the device: pinned buffers in turn, so that some are filled while
 * others travel. There are enough of them that what a denoise step uploads, a few small vectors, is
 * not kept waiting by the kernels before it. Only {@link #download} waits for the device.
 */
final class Staging {

  private static final int BUFFERS = 8;
  private static final int FLOATS = 1 << 18;

  private final CudaDriver driver;
  private final MemorySegment[] buffers = new MemorySegment[BUFFERS];
  private final long[] events = new long[BUFFERS];
  private int next;

  Staging(CudaDriver driver) {
    this.driver = driver;
    for (int i = 0; i < BUFFERS; i++) {
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
      driver.upload(Stream.COMPUTE, to + offset, buffers[next], bytes);
      driver.record(Stream.COMPUTE, events[next]);
      next = (next + 1) % BUFFERS;
    }
  }

  /** Copies {@code count} floats of the device to {@code values[first]} and on, and waits. */
  void download(float[] values, int first, long from, int count) {
    for (int done = 0; done < count; done += FLOATS) {
      int part = Math.min(FLOATS, count - done);
      driver.await(events[next]);
      long source = from + (long) done * Float.BYTES;
      driver.download(Stream.COMPUTE, buffers[next], source, (long) part * Float.BYTES);
      driver.record(Stream.COMPUTE, events[next]);
      driver.await(events[next]);
      MemorySegment.copy(buffers[next], ValueLayout.JAVA_FLOAT, 0, values, first + done, part);
      next = (next + 1) % BUFFERS;
    }
  }
}
