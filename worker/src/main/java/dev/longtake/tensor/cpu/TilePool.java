package dev.longtake.tensor.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that work through the tiles of one operation together. The caller is
 * one of them: it works too, and returns when all tiles are done.
 *
 * <p>How an operation is cut into tiles never depends on the number of threads, and no tile reads
 * what another writes, so neither does the result.
 */
final class TilePool implements AutoCloseable {

  /** One tile of an operation. */
  @FunctionalInterface
  interface Tile {
    /**
     * Computes the tile.
     *
     * @param index of the tile, from 0
     * @param thread index of the thread that computes it, from 0; the caller's is 0
     */
    void compute(int index, int thread);
  }

  // About as long as waking a parked thread takes; operations follow each other closely in a step.
  private static final int SPINS = 2_000;

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean isBusy = new AtomicBoolean();
  private volatile @Nullable Job current;
  private volatile boolean isClosed;

  /** One operation under way. */
  private static final class Job {
    private final int tileCount;
    private final Tile tile;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int tileCount, Tile tile) {
      this.tileCount = tileCount;
      this.tile = tile;
    }

    boolean hasTiles() {
      return next.get() < tileCount;
    }

    void work(int thread) {
      for (int index = next.getAndIncrement(); index < tileCount; index = next.getAndIncrement()) {
        try {
          tile.compute(index, thread);
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        }
        if (done.incrementAndGet() == tileCount) {
          LockSupport.unpark(caller);
        }
      }
    }

    boolean isDone() {
      return done.get() == tileCount;
    }
  }

  TilePool(int threadCount) {
    for (int i = 1; i < threadCount; i++) {
      int index = i;
      threads.add(
          Thread.ofPlatform().daemon().name("longtake-tile-" + i).start(() -> serve(index)));
    }
  }

  /** Number of threads, the caller included. */
  int threadCount() {
    return threads.size() + 1;
  }

  /**
   * Computes all tiles; returns when they are done.
   *
   * @throws IllegalStateException if another thread is in here: a backend serves one at a time
   */
  void run(int tileCount, Tile tile) {
    if (!isBusy.compareAndSet(false, true)) {
      throw new IllegalStateException("two threads use one backend at the same time");
    }
    try {
      share(tileCount, tile);
    } finally {
      isBusy.set(false);
    }
  }

  private void share(int tileCount, Tile tile) {
    // A caller may be another thread each time, so it cannot be set up once.
    DnnlLibrary.useOneThread();
    if (tileCount <= 1 || threads.isEmpty()) {
      for (int index = 0; index < tileCount; index++) {
        tile.compute(index, 0);
      }
      return;
    }
    Job job = new Job(tileCount, tile);
    current = job;
    for (int i = 0; i < Math.min(threads.size(), tileCount - 1); i++) {
      LockSupport.unpark(threads.get(i));
    }
    job.work(0);
    for (int spin = 0; !job.isDone(); spin++) {
      if (spin < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(job);
      }
    }
    current = null;
    rethrow(job.failure.get());
  }

  private static void rethrow(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("a tile failed", failure);
    }
  }

  private void serve(int thread) {
    DnnlLibrary.useOneThread();
    int spin = 0;
    while (!isClosed) {
      Job job = current;
      if (job != null && job.hasTiles()) {
        job.work(thread);
        spin = 0;
      } else if (spin < SPINS) {
        spin++;
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        spin = 0;
      }
    }
  }

  @Override
  public void close() {
    isClosed = true;
    threads.forEach(LockSupport::unpark);
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
