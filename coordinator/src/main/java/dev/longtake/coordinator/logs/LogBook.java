package dev.longtake.coordinator.logs;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.WriteBehind;
import dev.longtake.lease.LogLine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Has kept what this coordinator says of stories, on a thread that may wait. While the database
 * does not answer, the latest lines wait, and older ones are given up: stories do not wait for
 * them, and all that decides is in the journal. Safe for any number of threads.
 */
public final class LogBook implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final int WAITING_MAX = 10_000;

  /** The latest lines. */
  private static final class Latest implements WriteBehind.Backlog<LogLine> {

    private final Deque<LogLine> waiting = new ArrayDeque<>();

    @Override
    public void add(LogLine newest) {
      waiting.addLast(newest);
      if (waiting.size() > WAITING_MAX) {
        waiting.removeFirst();
      }
    }

    @Override
    public Optional<LogLine> poll() {
      return Optional.ofNullable(waiting.pollFirst());
    }

    @Override
    public void putBack(List<LogLine> oldest) {
      oldest.reversed().stream().limit(WAITING_MAX - waiting.size()).forEach(waiting::addFirst);
    }
  }

  private final WriteBehind<LogLine> writer;

  /** Writes into this database, whose tables are there, until it is closed. */
  public static LogBook in(Database database) {
    return new LogBook(new LogStore(database));
  }

  LogBook(LogStore store) {
    this.writer = new WriteBehind<>("log-book", CLOSE_TIMEOUT, new Latest(), store::add);
  }

  /** Has lines kept; returns at once. */
  public void note(List<LogLine> lines) {
    if (!lines.isEmpty()) {
      writer.add(lines);
    }
  }

  /** Writes what waits, if the database answers, and ends. */
  @Override
  public void close() {
    writer.close();
  }
}
