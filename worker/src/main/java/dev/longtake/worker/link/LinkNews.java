package dev.longtake.worker.link;

import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is said of a connection that is dialled again and again: a line when it is lost, when it is
 * made, and when the reason is a new one; in between ever more rarely. A day without a coordinator
 * gives some thirty lines, not one for each attempt, and so does one whose connections break as
 * soon as they are made. Pure, and not safe for several threads.
 */
final class LinkNews {

  /** A connection that did not last so long has ended nothing. */
  static final Duration STEADY = Duration.ofSeconds(10);

  private static final Duration FIRST_REMINDER = Duration.ofMinutes(1);
  private static final Duration REMINDER_MAX = Duration.ofHours(1);
  private static final int REASONS_MAX = 8;

  private enum Said {
    NOTHING,
    LOST,
    MADE
  }

  private final String address;
  private final Duration pauseMax;
  private final Set<String> reasons = new HashSet<>();
  private Said said = Said.NOTHING;
  private boolean isMade;
  private boolean wasLost;
  private long madeNanos;
  private long lostNanos;
  private long saidNanos;
  private long attempts;
  private Duration reminder = FIRST_REMINDER;

  /**
   * Nothing was tried yet.
   *
   * @param address of the other side, as a person wrote it
   * @param pauseMax the longest pause between two attempts
   */
  LinkNews(String address, Duration pauseMax) {
    this.address = address;
    this.pauseMax = pauseMax;
  }

  /** Whether a connection is there that has lasted a while. */
  boolean isSteady(long nanoTime) {
    return isMade && nanoTime - madeNanos >= STEADY.toNanos();
  }

  /** An attempt has failed, or what was made is lost; what to say of it, if anything. */
  Optional<String> lost(String reason, long nanoTime) {
    boolean isFirst = !wasLost || isSteady(nanoTime);
    wasLost = true;
    boolean wasMade = isMade;
    isMade = false;
    return isFirst ? Optional.of(first(reason, wasMade, nanoTime)) : again(reason, nanoTime);
  }

  private String first(String reason, boolean wasMade, long nanoTime) {
    lostNanos = nanoTime;
    attempts = 1;
    reminder = FIRST_REMINDER;
    reasons.clear();
    reasons.add(reason);
    note(Said.LOST, nanoTime);
    return "%s coordinator %s: %s; trying again, with pauses that grow to %s"
        .formatted(wasMade ? "lost" : "cannot reach", address, reason, DurationText.said(pauseMax));
  }

  private Optional<String> again(String reason, long nanoTime) {
    attempts++;
    boolean isDue = nanoTime - saidNanos >= reminder.toNanos();
    boolean isNew = reasons.size() < REASONS_MAX && reasons.add(reason);
    if (!isDue && !isNew) {
      return Optional.empty();
    }
    if (isDue) {
      Duration next = reminder.multipliedBy(2);
      reminder = next.compareTo(REMINDER_MAX) < 0 ? next : REMINDER_MAX;
    }
    note(Said.LOST, nanoTime);
    return Optional.of(
        "still no coordinator %s after %s and %d attempts: %s"
            .formatted(address, since(lostNanos, nanoTime), attempts, reason));
  }

  /** The other side has answered; what to say of it, if that is news. */
  Optional<String> made(long nanoTime) {
    if (isMade) {
      return Optional.empty();
    }
    isMade = true;
    madeNanos = nanoTime;
    String after = wasLost ? " after " + since(lostNanos, nanoTime) : "";
    if (said == Said.MADE) {
      return Optional.empty();
    }
    note(Said.MADE, nanoTime);
    return Optional.of("connected to coordinator %s%s".formatted(address, after));
  }

  private void note(Said what, long nanoTime) {
    said = what;
    saidNanos = nanoTime;
  }

  private static String since(long start, long now) {
    return DurationText.said(Duration.ofNanos(now - start));
  }
}
