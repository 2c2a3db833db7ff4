package dev.longtake.coordinator.database;

import dev.longtake.backoff.Backoff;
import dev.longtake.error.LongtakeException;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into a database what others hand over, on a thread that may wait: what waits is written
 * together, because it is the database's promise to keep it that takes its time. While the database
 * does not answer, it is tried again, ever more slowly. Safe for any number of threads.
 */
public final class WriteBehind<T> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WriteBehind.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** Written in one transaction. */
  private static final int BATCH_MAX = 256;

  /** What waits to be written, and what of it need not be. Called by one thread at a time. */
  public interface Backlog<T> {

    /** Takes what was handed over last. */
    void add(T newest);

    /** Gives what waits longest; empty if nothing does. */
    Optional<T> poll();

    /** Takes back what was given, in its order, and not written. */
    void putBack(List<T> oldest);
  }

  private final String name;
  private final Duration closeTimeout;
  private final Backlog<T> backlog;
  private final Consumer<List<T>> write;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean isClosed;

  /**
   * Begins.
   *
   * @param name of its thread, and of what it writes in the log
   * @param closeTimeout for so long {@link #close} waits for what is left
   * @param write writes, or throws a {@link LongtakeException} if it is worth trying again
   */
  public WriteBehind(
      String name, Duration closeTimeout, Backlog<T> backlog, Consumer<List<T>> write) {
    this.name = name;
    this.closeTimeout = closeTimeout;
    this.backlog = backlog;
    this.write = write;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Has these written; returns at once. */
  public void add(List<T> newest) {
    lock.lock();
    try {
      newest.forEach(backlog::add);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    int failures = 0;
    for (List<T> next = next(); !next.isEmpty(); next = next()) {
      try {
        write.accept(next);
        failures = 0;
      } catch (LongtakeException e) {
        if (Integer.bitCount(failures) <= 1) { // Ever more rarely while it stays so.
          log.warn("{} is behind: {} are not written yet: {}", name, next.size(), e.getMessage());
        }
        if (!waitAfter(failures++, next)) {
          return;
        }
      } catch (RuntimeException e) { // It would be so again; what comes later is written.
        log.error("{}: {} are given up", name, next.size(), e);
      }
    }
  }

  /** What waits longest; nothing once closed and nothing is left. */
  private List<T> next() {
    lock.lock();
    try {
      Optional<T> oldest = backlog.poll();
      while (oldest.isEmpty() && !isClosed) {
        changed.awaitUninterruptibly();
        oldest = backlog.poll();
      }
      List<T> next = new ArrayList<>();
      while (oldest.isPresent()) {
        next.add(oldest.get());
        oldest = next.size() < BATCH_MAX ? backlog.poll() : Optional.empty();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits before a further attempt.
   *
   * @return false if there is to be none
   */
  private boolean waitAfter(int failures, List<T> unwritten) {
    long left = BACKOFF.pause(failures, 0).toNanos();
    lock.lock();
    try {
      backlog.putBack(unwritten);
      while (left > 0 && !isClosed) {
        left = changed.awaitNanos(left);
      }
      return !isClosed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, if the database answers, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(closeTimeout)) {
        log.warn("{} did not write what was left in {}", name, DurationText.said(closeTimeout));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
