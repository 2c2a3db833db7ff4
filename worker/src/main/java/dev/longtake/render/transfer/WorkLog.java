package dev.longtake.render.transfer;

import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogLine.Level;
import dev.longtake.plan.ShotAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this worker says of its leases, for people: goes to the farm a moment later, many lines
 * together. It is said here explicitly, and not taken from the process's log, so that no prompt and
 * no secret comes along. Nothing waits for it: of a lease there are so many lines and no more, and
 * where the farm does not take them for long the newest are given up. Safe for any number of
 * threads.
 */
public final class WorkLog {

  private static final Logger log = LoggerFactory.getLogger(WorkLog.class);

  /** How long lines wait for others. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  private static final int SENT_MAX = 250;
  private static final int WAITING_MAX = 5000;
  private static final int LEASES_MAX = 1000;

  /** Lines of a lease after which only what is grave, or its last, is said. */
  private static final int USUAL_MAX = LogLine.LINES_MAX - 10;

  private final FarmStores stores;
  private final Background background;
  private final InstantSource clock;

  /** One call at a time, so that lines keep their order and the last ones wait for those before. */
  private final ReentrantLock sending = new ReentrantLock();

  // All below: under the lock of this.
  private final Deque<LogLine> waiting = new ArrayDeque<>();
  private boolean isDue;

  /** Those about which something was said last: of a long film others come and go meanwhile. */
  private final Map<LeaseToken, Said> leases =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<LeaseToken, Said> eldest) {
          return size() > LEASES_MAX;
        }
      };

  /** How many lines of a lease there are. */
  private record Said(String shotId, int count) {}

  public WorkLog(FarmStores stores, Background background, InstantSource clock) {
    this.stores = stores;
    this.background = background;
    this.clock = clock;
  }

  /** The first line about a lease. */
  public void begin(LeaseToken lease, ShotAddress shot, String text) {
    synchronized (this) {
      if (leases.containsKey(lease)) {
        return;
      }
      leases.put(lease, new Said(shot.shotId(), 0));
    }
    add(lease, Level.INFO, USUAL_MAX, text);
  }

  /** One more line about a lease that was begun; not said if there are many. */
  public void say(LeaseToken lease, String text) {
    add(lease, Level.INFO, USUAL_MAX, text);
  }

  /** One more line about a lease that was begun, of which something is not as it should be. */
  public void warn(LeaseToken lease, String text) {
    add(lease, Level.WARN, LogLine.LINES_MAX - 1, text);
  }

  /** The last line about a lease that was begun. */
  public void end(LeaseToken lease, Level level, String text) {
    add(lease, level, LogLine.LINES_MAX, text);
    synchronized (this) {
      leases.computeIfPresent(lease, (_, said) -> new Said(said.shotId(), LogLine.LINES_MAX));
    }
  }

  private void add(LeaseToken lease, Level level, int countMax, String text) {
    synchronized (this) {
      @Nullable Said said = leases.get(lease);
      if (said == null || said.count() >= countMax || waiting.size() >= WAITING_MAX) {
        return;
      }
      leases.put(lease, new Said(said.shotId(), said.count() + 1));
      waiting.add(
          new LogLine(
              clock.instant(),
              level,
              new LogLine.About(lease.storyId(), said.shotId(), Optional.of(lease), ""),
              OptionalInt.of(said.count()),
              LogLine.sentence(text)));
      if (isDue) {
        return;
      }
      isDue = true;
    }
    background.runAfter(PAUSE, this::send);
  }

  private void send() {
    Duration pause = sendSome() ? PAUSE : PAUSE_AFTER_FAILURE;
    synchronized (this) {
      if (waiting.isEmpty()) {
        isDue = false;
        return;
      }
    }
    background.runAfter(pause, this::send);
  }

  /** Sends what waits, before the worker ends; once, and without it if the farm does not answer. */
  public void sendLast() {
    boolean isTaken = true;
    do {
      isTaken = sendSome();
    } while (isTaken && isAnyWaiting());
  }

  private synchronized boolean isAnyWaiting() {
    return !waiting.isEmpty();
  }

  /**
   * Sends what waits longest.
   *
   * @return whether it need not be sent again
   */
  private boolean sendSome() {
    sending.lock();
    try {
      return sendOldest();
    } finally {
      sending.unlock();
    }
  }

  private boolean sendOldest() {
    List<LogLine> some = new ArrayList<>();
    synchronized (this) {
      while (some.size() < SENT_MAX && !waiting.isEmpty()) {
        some.add(waiting.removeFirst());
      }
    }
    if (some.isEmpty()) {
      return true;
    }
    try {
      stores.putLines(some);
      return true;
    } catch (LongtakeException e) {
      log.debug("lines={} of leases' logs were not taken: {}", some.size(), e.getMessage());
      if (e.code().kind() != ErrorKind.BUSY) {
        return true; // It would not be taken the next time either.
      }
      synchronized (this) {
        some.reversed().forEach(waiting::addFirst);
      }
      return false;
    } catch (RuntimeException e) { // Those to come are said all the same.
      log.warn("lines={} of leases' logs are given up", some.size(), e);
      return true;
    }
  }
}
