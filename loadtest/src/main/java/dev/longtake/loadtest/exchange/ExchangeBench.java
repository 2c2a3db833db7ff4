package dev.longtake.loadtest.exchange;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.SlabKey;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.history.Latency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Carries slabs over every {@link Way}, one after the other, in the same way on the same machine:
 * first as many as fit for speed, then one after the other, each awaited by a reader, for latency.
 */
public final class ExchangeBench {

  private static final int CALLERS = 4;
  private static final long STORE_BYTES = 512L << 20;
  private static final long BYTES_AT_ONCE = 96L << 20;
  private static final int SLABS_MAX = 1500;
  private static final int LATENCIES = 200;
  private static final int LATENCIES_MIN = 30;
  private static final int WARM_UP_ROUNDS = 2;

  private final CoordinatorProcess.Start coordinator;
  private final Consumer<String> progress;
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

  /**
   * A measurement.
   *
   * @param coordinator how the coordinator is started
   * @param progress told in a line now and then what comes next
   */
  public ExchangeBench(CoordinatorProcess.Start coordinator, Consumer<String> progress) {
    this.coordinator = coordinator;
    this.progress = progress;
  }

  /** Measures everything. */
  public List<Measured> run() {
    List<Supplier<Way>> ways =
        List.of(
            HazelcastWay::new,
            () -> StoreWay.heap(STORE_BYTES),
            () -> StoreWay.hazelcast(STORE_BYTES),
            () -> new RawWay(CALLERS),
            () -> new ServiceWay(coordinator, CALLERS));
    List<Measured> all = new ArrayList<>();
    try {
      for (Supplier<Way> opener : ways) {
        try (Way way = opener.get()) {
          for (SlabSize size : SlabSize.values()) {
            progress.accept(way.word() + ", slabs of " + size.word() + " ...");
            all.add(measure(way, size));
          }
        }
      }
    } finally {
      callers.shutdownNow();
    }
    return List.copyOf(all);
  }

  private Measured measure(Way way, SlabSize size) {
    int count = (int) Math.min(SLABS_MAX, BYTES_AT_ONCE / size.bytes());
    byte[][] payloads = new byte[count][];
    Arrays.setAll(payloads, size::payload);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      way.begin(size);
      int some = Math.min(count, LATENCIES_MIN * CALLERS);
      all(some, i -> way.put(way.key(i), payloads[i]));
      all(some, i -> check(way.get(way.key(i)), payloads[i]));
    }
    way.begin(size);
    Duration cpuBefore = way.otherCpu();
    double putSeconds = all(count, i -> way.put(way.key(i), payloads[i]));
    double getSeconds = all(count, i -> check(way.get(way.key(i)), payloads[i]));
    double cpuMillis = way.otherCpu().minus(cpuBefore).toNanos() / 1e6 / count;
    way.begin(size);
    var latency = putToGet(way, Math.min(count, LATENCIES), payloads);
    return new Measured(
        size,
        way.word(),
        count / putSeconds,
        count / getSeconds,
        latency.summary().getOrDefault("p50", 0.0),
        latency.summary().getOrDefault("p99", 0.0),
        cpuMillis);
  }

  private static void check(byte[] found, byte[] expected) {
    if (found.length != expected.length) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "slab: expected %d bytes, found %d".formatted(expected.length, found.length));
    }
  }

  /** Does something for each number, several at once; the seconds that it took. */
  private double all(int count, IntConsumer what) {
    long start = System.nanoTime();
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int first = caller;
      parts.add(
          () -> {
            for (int i = first; i < count; i += CALLERS) {
              what.accept(i);
            }
            return true;
          });
    }
    try {
      for (Future<Boolean> part : callers.invokeAll(parts)) {
        part.get();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw failed(e);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private Latency putToGet(Way way, int count, byte[][] payloads) {
    var latency = new Latency();
    try {
      for (int i = 0; i < count; i++) {
        SlabKey key = way.key(i);
        byte[] payload = payloads[i];
        Future<Long> reader =
            callers.submit(
                () -> {
                  check(way.get(key), payload);
                  return System.nanoTime();
                });
        long start = System.nanoTime();
        way.put(key, payload);
        latency.add(reader.get() - start);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw failed(e);
    }
    return latency;
  }

  private static LongtakeException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new LongtakeException(ErrorCode.CANCELLED, "interrupted", cause);
  }

  private static RuntimeException failed(ExecutionException e) {
    return e.getCause() instanceof RuntimeException failure
        ? failure
        : new IllegalStateException(e);
  }
}
