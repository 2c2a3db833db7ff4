package dev.longtake.coordinator.dispatch.share;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The time that workers spend on something, by periods such as days: the first begins in 1970. Told
 * of changes in the order of time. Changed in place: one owner.
 *
 * <p>How much was used follows from the steady time alone, so that a clock that is set back or
 * forward neither hides any of it nor adds to it; it says only which period the time falls into.
 */
final class Meter {

  private final long period;
  private final NavigableMap<Long, Double> used = new TreeMap<>();
  private long workers;
  private long at;

  /** Nothing was used yet. */
  Meter(Duration period, Moment now) {
    this.period = period.toMillis();
    this.at = now.steady();
  }

  /** So many more workers from now on, or fewer, in parts of {@link Books#WORKER}. */
  void change(long by, Moment now) {
    settle(now);
    workers += by;
  }

  /** In parts of {@link Books#WORKER}. */
  long workers() {
    return workers;
  }

  /** Workers. */
  double count() {
    return (double) workers / Books.WORKER;
  }

  /** What was used in each period until now, in milliseconds; may be changed. */
  NavigableMap<Long, Double> used(Moment now) {
    settle(now);
    return used;
  }

  /** The period that it is now. */
  long period(Moment now) {
    return Math.floorDiv(now.wall(), period);
  }

  private void settle(Moment now) {
    long from = now.wall() - (now.steady() - at);
    at = now.steady();
    while (workers > 0 && from < now.wall()) {
      long each = Math.floorDiv(from, period);
      long end = Math.min(now.wall(), (each + 1) * period);
      used.merge(each, (end - from) * count(), Double::sum);
      from = end;
    }
  }
}
