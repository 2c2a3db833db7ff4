package dev.longtake.coordinator.catalog;

import dev.longtake.backoff.Backoff;
import dev.longtake.coordinator.story.actor.SummaryBook;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StorySummary;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what stories' actors say into the catalog, on a thread that may wait. Of a story that says
 * more than is written only the newest waits, so at most a line for each open story does; and what
 * waits is written together, because it is the database's promise to keep it that takes its time.
 * While the database does not answer, it is tried again.
 */
public final class CatalogWriter implements SummaryBook, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CatalogWriter.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** Lines written in one transaction. */
  private static final int BATCH_MAX = 256;

  private record Waiting(StoryCatalog.Line line, List<Runnable> onWritten) {

    Waiting and(Waiting other) {
      List<Runnable> both = new ArrayList<>(onWritten);
      both.addAll(other.onWritten);
      return new Waiting(line.eventCount() < other.line.eventCount() ? other.line : line, both);
    }
  }

  private final StoryCatalog catalog;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LinkedHashMap<String, Waiting> waiting = new LinkedHashMap<>();
  private final Thread thread;
  private boolean isClosed;

  /** Writes into this catalog until it is closed. */
  public CatalogWriter(StoryCatalog catalog) {
    this.catalog = catalog;
    this.thread = Thread.ofPlatform().daemon().name("catalog-writer").start(this::run);
  }

  @Override
  public void note(StorySummary line, long eventCount, Runnable onWritten) {
    lock.lock();
    try {
      add(new Waiting(new StoryCatalog.Line(line, eventCount), List.of(onWritten)));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private void add(Waiting one) {
    waiting.merge(one.line().story().storyId(), one, Waiting::and);
  }

  private void run() {
    int failures = 0;
    for (List<Waiting> next = next(); !next.isEmpty(); next = next()) {
      try {
        catalog.update(next.stream().map(Waiting::line).toList());
        failures = 0;
        next.forEach(line -> line.onWritten().forEach(Runnable::run));
      } catch (LongtakeException e) {
        if (Integer.bitCount(failures) <= 1) { // Ever more rarely while it stays so.
          log.warn(
              "stories={} first={} the catalog is behind: {}",
              next.size(),
              next.getFirst().line().story().storyId(),
              e.getMessage());
        }
        if (!waitAfter(failures++, next)) {
          return; // The stories say it again when they are next read from the journal.
        }
      }
    }
  }

  /** The lines that wait longest; none once closed and none is left. */
  private List<Waiting> next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !isClosed) {
        changed.awaitUninterruptibly();
      }
      List<Waiting> next = new ArrayList<>();
      while (next.size() < BATCH_MAX && !waiting.isEmpty()) {
        next.add(waiting.pollFirstEntry().getValue());
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
  private boolean waitAfter(int failures, List<Waiting> unwritten) {
    Duration pause = BACKOFF.pause(failures, 0);
    long left = pause.toNanos();
    lock.lock();
    try {
      unwritten.forEach(this::add);
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
        log.warn("the catalog did not take what was left in {}", DurationText.said(CLOSE_TIMEOUT));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
