package dev.longtake.coordinator.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sums over equal stretches of time, the latest ones; stretches in which nothing was added are
 * there too, with zeros. Pure, but changed in place: one owner.
 */
final class Buckets {

  /**
   * One stretch.
   *
   * @param number of stretches since the epoch
   * @param frames of films that were rendered
   * @param filmSeconds how long these frames are when they are watched
   * @param redone frames of which the work was lost
   */
  record Bucket(long number, double frames, double filmSeconds, double redone) {

    private Bucket plus(double moreFrames, double moreSeconds, double moreRedone) {
      return new Bucket(
          number, frames + moreFrames, filmSeconds + moreSeconds, redone + moreRedone);
    }
  }

  private final Duration length;
  private final int count;
  private final Deque<Bucket> buckets = new ArrayDeque<>();

  Buckets(Duration length, int count) {
    this.length = length;
    this.count = count;
  }

  void add(Instant at, double frames, double filmSeconds, double redone) {
    long number = at.toEpochMilli() / length.toMillis();
    if (buckets.isEmpty() || number - buckets.getLast().number() > count) {
      buckets.clear();
      buckets.add(new Bucket(number, 0, 0, 0));
    }
    while (buckets.getLast().number() < number) {
      buckets.add(new Bucket(buckets.getLast().number() + 1, 0, 0, 0));
    }
    buckets.add(buckets.removeLast().plus(frames, filmSeconds, redone));
    while (buckets.size() > count) {
      buckets.removeFirst();
    }
  }

  Duration length() {
    return length;
  }

  /** The latest stretches, the oldest first; the last one is not over. */
  List<Bucket> all() {
    return new ArrayList<>(buckets);
  }
}
