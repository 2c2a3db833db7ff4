package dev.longtake.coordinator.dispatch.share;

import java.time.Duration;

/**
 * The time that workers spend on one tenant. Told of changes in the order of time. Changed in
 * place: one owner.
 */
final class Use {

  private static final Duration DAY = Duration.ofDays(1);

  /** A clock that was set forward by mistake may be set back. */
  private static final int DAYS_KEPT = 3;

  /** After which {@code 1/e} of what was used is left, in milliseconds. */
  private final double memory;

  private final Meter days;
  private double faded;
  private long at;

  /** Nothing was used yet. */
  Use(Duration halfLife, Moment now) {
    this.memory = halfLife.toMillis() / Math.log(2);
    this.days = new Meter(DAY, now);
    this.at = now.steady();
  }

  /** So many more workers from now on, or fewer, in parts of {@link Books#WORKER}. */
  void change(long by, Moment now) {
    settle(now);
    days.change(by, now);
  }

  /** Forgets what was used. */
  void forget(Moment now) {
    settle(now);
    days.used(now).clear();
    faded = 0;
  }

  /** This was used, as it was written down; in place of what was used since. */
  void restore(Remembered what, Moment now) {
    forget(now);
    what.days().forEach((day, millis) -> days.used(now).put(day, (double) millis));
    // A clock that was set back since must not make more of it.
    faded = what.faded() * Math.exp(Math.min(0, what.at() - now.wall()) / memory);
  }

  /** In parts of {@link Books#WORKER}. */
  long workers() {
    return days.workers();
  }

  /** What is left of what was used, in milliseconds. */
  double faded(Moment now) {
    double left = Math.exp((at - now.steady()) / memory);
    return faded * left + days.count() * memory * (1 - left);
  }

  /** What was used since midnight, UTC, in milliseconds. */
  double today(Moment now) {
    return days.used(now).getOrDefault(days.period(now), 0.0);
  }

  private void settle(Moment now) {
    faded = faded(now);
    at = now.steady();
    days.used(now).headMap(days.period(now) - DAYS_KEPT + 1).clear();
  }
}
