package dev.longtake.coordinator.dispatch;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time of a simulation: what is to happen, in its order. One thread. */
final class SimClock {

  private record Event(long at, long number, Runnable what) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long number;

  /** Milliseconds since the beginning. */
  long now() {
    return now;
  }

  /** How much has happened. */
  long count() {
    return number;
  }

  void after(long millis, Runnable what) {
    events.add(new Event(now + millis, number++, what));
  }

  /** Has the next thing happen; false if nothing is left. */
  boolean advance() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    now = next.at();
    next.what().run();
    return true;
  }
}
