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
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what stories' actors say into the catalog, on a thread that may wait. Of a story that says
 * more than is written only the newest waits, so at most a line for each open story does. While the
 * database does not answer, it is tried again.
 */
public final class CatalogWriter implements SummaryBook, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CatalogWriter.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private record Line(StorySummary line, long eventCount, List<Runnable> onWritten) {

    Line and(Line other) {
      Line newer = eventCount < other.eventCount ? other : this;
      List<Runnable> both = new ArrayList<>(onWritten);
      both.addAll(other.onWritten);
      return new Line(newer.line, newer.eventCount, both);
    }
  }

  private final StoryCatalog catalog;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LinkedHashMap<String, Line> waiting = new LinkedHashMap<>();
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
      waiting.merge(line.storyId(), new Line(line, eventCount, List.of(onWritten)), Line::and);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    int failures = 0;
    for (Optional<Line> next = next(); next.isPresent(); next = next()) {
      Line line = next.get();
      try {
        catalog.update(line.line(), line.eventCount());
        failures = 0;
        line.onWritten().forEach(Runnable::run);
      } catch (LongtakeException e) {
        if (Integer.bitCount(failures) <= 1) { // Ever more rarely while it stays so.
          log.warn("story={} the catalog is behind: {}", line.line().storyId(), e.getMessage());
        }
        if (!waitAfter(failures++, line)) {
          return; // The story says it again when it is next read from the journal.
        }
      }
    }
  }

  /** The line that waits longest; empty once closed and none is left. */
  private Optional<Line> next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !isClosed) {
        changed.awaitUninterruptibly();
      }
      return waiting.isEmpty()
          ? Optional.empty()
          : Optional.of(waiting.pollFirstEntry().getValue());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits before a further attempt.
   *
   * @return false if there is to be none
   */
  private boolean waitAfter(int failures, Line line) {
    Duration pause = BACKOFF.pause(failures, 0);
    long left = pause.toNanos();
    lock.lock();
    try {
      waiting.merge(line.line().storyId(), line, Line::and);
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
