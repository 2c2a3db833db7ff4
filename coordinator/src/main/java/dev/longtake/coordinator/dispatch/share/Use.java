package dev.longtake.coordinator.dispatch.share;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The time that workers spend on one tenant. Told of changes in the order of time. Changed in
 * place: one owner.
 */
final class Use {

  private static final long DAY = Duration.ofDays(1).toMillis();

  /** After which {@code 1/e} of what was used is left, in milliseconds. */
  private final double memory;

  private final NavigableMap<Long, Double> days = new TreeMap<>();
  private double faded;
  private long workers;
  private long at;

  /**
   * Nothing was used yet.
   *
   * @param now milliseconds since 1970
   */
  Use(Duration halfLife, long now) {
    this.memory = halfLife.toMillis() / Math.log(2);
    this.at = now;
  }

  /** So many more workers from now on, or fewer, in parts of {@link Books#WORKER}. */
  void change(long by, long now) {
    settle(now);
    workers += by;
  }

  /** It had used so much, all of it at this time, before anything was told. */
  void remember(double millis, long then, long now) {
    settle(now);
    days.merge(Math.floorDiv(then, DAY), millis, Double::sum);
    faded += millis * Math.exp((then - now) / memory);
  }

  /** In parts of {@link Books#WORKER}. */
  long workers() {
    return workers;
  }

  /** What is left of what was used, in milliseconds. */
  double faded(long now) {
    double left = Math.exp((at - now) / memory);
    return faded * left + count() * memory * (1 - left);
  }

  private double count() {
    return (double) workers / Books.WORKER;
  }

  /** What was used since midnight, UTC, in milliseconds. */
  double today(long now) {
    settle(now);
    return days.getOrDefault(Math.floorDiv(now, DAY), 0.0);
  }

  /** Writes down what was used until now, each day's by itself. */
  private void settle(long now) {
    faded = faded(now);
    while (at < now) {
      long day = Math.floorDiv(at, DAY);
      long end = Math.min(now, (day + 1) * DAY);
      days.merge(day, (end - at) * count(), Double::sum);
      at = end;
    }
    days.headMap(Math.floorDiv(now, DAY) - 1).clear();
  }
}
