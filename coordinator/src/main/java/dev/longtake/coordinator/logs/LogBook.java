package dev.longtake.coordinator.logs;

import dev.longtake.backoff.Backoff;
import dev.longtake.coordinator.database.Database;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LogLine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has kept what this coordinator says of stories, on a thread that may wait. While the database
 * does not answer, the latest lines wait, and older ones are given up: stories do not wait for
 * them, and all that decides is in the journal. Safe for any number of threads.
 */
public final class LogBook implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LogBook.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final int BATCH_MAX = 256;
  private static final int WAITING_MAX = 10_000;

  private final LogStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<LogLine> waiting = new ArrayDeque<>();
  private final Thread thread;
  private boolean isClosed;

  /** Writes into this database, whose tables are there, until it is closed. */
  public static LogBook in(Database database) {
    return new LogBook(new LogStore(database));
  }

  LogBook(LogStore store) {
    this.store = store;
    this.thread = Thread.ofPlatform().daemon().name("log-book").start(this::run);
  }

  /** Has lines kept; returns at once. */
  public void note(List<LogLine> lines) {
    if (lines.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      waiting.addAll(lines);
      while (waiting.size() > WAITING_MAX) {
        waiting.removeFirst();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    int failures = 0;
    for (List<LogLine> next = next(); !next.isEmpty(); next = next()) {
      try {
        store.add(next);
        failures = 0;
      } catch (LongtakeException e) {
        if (Integer.bitCount(failures) <= 1) { // Ever more rarely while it stays so.
          log.warn("lines={} of stories' logs are not kept yet: {}", next.size(), e.getMessage());
        }
        if (!waitAfter(failures++, next)) {
          return;
        }
      }
    }
  }

  /** The lines that wait longest; none once closed and none is left. */
  private List<LogLine> next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !isClosed) {
        changed.awaitUninterruptibly();
      }
      List<LogLine> next = new ArrayList<>();
      while (next.size() < BATCH_MAX && !waiting.isEmpty()) {
        next.add(waiting.removeFirst());
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
  private boolean waitAfter(int failures, List<LogLine> unwritten) {
    long left = BACKOFF.pause(failures, 0).toNanos();
    lock.lock();
    try {
      unwritten.reversed().forEach(waiting::addFirst);
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
      if (!thread.join(CLOSE_TIMEOUT)) {
        log.warn("the last lines of stories' logs were not kept");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
