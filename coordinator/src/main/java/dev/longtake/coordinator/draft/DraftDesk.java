package dev.longtake.coordinator.draft;

import dev.longtake.coordinator.story.StoryDetail.Drafting;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest draft of each shot that somebody looks at, and has a newer one made now and
 * then: one at a time, on a thread of its own, so that looking at films is never in the way of
 * rendering them. Safe for any number of threads; nothing here waits.
 */
public final class DraftDesk implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DraftDesk.class);

  /** Of all drafts together; beyond, those that nobody has asked for longest are forgotten. */
  private static final long BYTES_MAX = 32L << 20;

  /** Shots that are known, with a draft or without. */
  private static final int SHOTS_MAX = 1000;

  /** Shots that wait for their draft; further ones ask again in a second. */
  private static final int WAITING_MAX = 64;

  private record Shot(String storyId, int index) {}

  /** What is known of a shot; guarded by the desk. */
  private static final class Entry {
    private Optional<Draft> newest = Optional.empty();
    private Optional<Instant> tried = Optional.empty();
    private boolean isMaking;
    private String why = "";
  }

  /**
   * What can be shown.
   *
   * @param draft the newest one; empty if there is none yet
   * @param why then the reason, if there is one
   */
  public record Shown(Optional<Draft> draft, String why) {}

  private final DraftMaker maker;
  private final Duration interval;
  private final InstantSource clock;
  private final Map<Shot, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final ExecutorService making;

  /**
   * A desk without any draft.
   *
   * @param interval from one draft of a shot to the next, at least
   */
  public DraftDesk(DraftSources sources, Duration interval, InstantSource clock) {
    this(sources, interval, clock, ownThread());
  }

  DraftDesk(DraftSources sources, Duration interval, InstantSource clock, ExecutorService making) {
    this.maker = new DraftMaker(sources);
    this.interval = interval;
    this.clock = clock;
    this.making = making;
  }

  /** It is there while there is something to do. */
  private static ExecutorService ownThread() {
    var thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("draft").factory());
    thread.allowCoreThreadTimeOut(true);
    return thread;
  }

  /**
   * What can be shown of a shot now; has a newer draft made if there could be one and it is time.
   *
   * @param source what that would be made of; empty if there is nothing
   */
  public synchronized Shown show(String storyId, int shotIndex, Optional<Drafting> source) {
    Shot shot = new Shot(storyId, shotIndex);
    Entry entry = entries.get(shot);
    if (source.isPresent()) {
      if (entry == null) {
        entry = new Entry();
        entries.put(shot, entry);
        trim();
      }
      makeIfDue(shot, entry, source.get());
    }
    return entry == null
        ? new Shown(Optional.empty(), "")
        : new Shown(entry.newest, entry.newest.isPresent() ? "" : entry.why);
  }

  private void makeIfDue(Shot shot, Entry entry, Drafting source) {
    Instant now = clock.instant();
    boolean isEarly = entry.tried.filter(it -> now.isBefore(it.plus(interval))).isPresent();
    boolean isSame = entry.newest.filter(it -> it.key().equals(source.key())).isPresent();
    if (entry.isMaking || isEarly || isSame) {
      return;
    }
    Optional<Instant> before = entry.tried;
    entry.isMaking = true;
    entry.tried = Optional.of(now);
    try {
      making.execute(() -> make(shot, entry, source));
    } catch (RejectedExecutionException e) {
      entry.isMaking = false;
      entry.tried = before;
      log.debug("shot={} waits for its draft: {}", shot, e.toString());
    }
  }

  private void make(Shot shot, Entry entry, Drafting source) {
    Optional<Draft> made = Optional.empty();
    String why = "the draft could not be made; the coordinator's log says why";
    try {
      made = Optional.of(maker.make(shot.storyId(), shot.index(), source));
    } catch (LongtakeException e) {
      why = e.getMessage();
    } catch (RuntimeException e) {
      log.error("shot={} draft", shot, e);
    } finally {
      end(entry, made, why);
    }
  }

  private synchronized void end(Entry entry, Optional<Draft> made, String why) {
    entry.isMaking = false;
    entry.newest = made.or(() -> entry.newest);
    entry.why = why;
    trim();
  }

  private void trim() {
    long bytes = entries.values().stream().mapToLong(DraftDesk::bytes).sum();
    Iterator<Entry> eldest = entries.values().iterator();
    while (entries.size() > SHOTS_MAX || bytes > BYTES_MAX) {
      bytes -= bytes(eldest.next());
      eldest.remove();
    }
  }

  private static long bytes(Entry entry) {
    return entry.newest.map(draft -> draft.png().length).orElse(0);
  }

  /** The picture of a draft, if it is the newest one of its shot. */
  public synchronized Optional<byte[]> picture(String storyId, int shotIndex, String key) {
    return Optional.ofNullable(entries.get(new Shot(storyId, shotIndex)))
        .flatMap(entry -> entry.newest)
        .filter(draft -> draft.key().equals(key))
        .map(Draft::png);
  }

  /** Makes no more. */
  @Override
  public void close() {
    making.shutdownNow();
  }
}
