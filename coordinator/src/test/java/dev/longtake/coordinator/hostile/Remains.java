package dev.longtake.coordinator.hostile;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What a visit leaves behind in this process, which holds both sides.
 *
 * @param calls that have not ended
 * @param descriptors open files and sockets
 * @param threads of the system
 * @param unfinished files of uploads that have not ended
 * @param heapBytes in use, after what nobody needs was thrown away
 */
record Remains(double calls, long descriptors, int threads, long unfinished, long heapBytes) {

  /**
   * Files that a library opens at its first use, connections that its pool keeps a while longer.
   */
  private static final int DESCRIPTORS_MORE = 40;

  /** Pools grow to what they may have, and stay so. */
  private static final int THREADS_MORE = 64;

  /** What tables, histograms, a story and the journal's cache keep of a visit at most. */
  private static final long HEAP_BYTES_MORE = 64L << 20;

  private static final long PAUSE_NANOS = 20_000_000;

  static Remains of(Target target) throws IOException, InterruptedException {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.gc();
    return new Remains(
        target.metric("longtake_rpcs_open"),
        system.getOpenFileDescriptorCount(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        unfinished(target.folder()),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private static long unfinished(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().contains("unfinished")).count();
    } catch (java.nio.file.NoSuchFileException | UncheckedIOException e) {
      return Long.MAX_VALUE; // One went meanwhile: there are some.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until no more is left than this; gives what was left last, if that takes too long. */
  Remains awaitNoMoreThanThis(Target target) throws IOException, InterruptedException {
    long end = System.nanoTime() + Target.PATIENCE.toNanos();
    Remains now = of(target);
    while (!isEnough(now) && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE_NANOS);
      now = of(target);
    }
    return now;
  }

  /** Whether another state is as this one was, apart from what may grow a little. */
  boolean isEnough(Remains now) {
    return now.calls <= calls
        && now.descriptors <= descriptors + DESCRIPTORS_MORE
        && now.threads <= threads + THREADS_MORE
        && now.unfinished <= unfinished
        && now.heapBytes <= heapBytes + HEAP_BYTES_MORE;
  }
}
