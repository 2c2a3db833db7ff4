package dev.longtake.loadtest.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What happened to simulated workers beside their work. Safe for any number of threads. */
public final class Incidents {

  private static final int KEPT_MAX = 20;

  private final List<String> overCapacity = new ArrayList<>();
  private final List<String> sentAway = new ArrayList<>();
  private final LongAdder streamsBroken = new LongAdder();
  private final LongAdder uploadsRepeated = new LongAdder();
  private final AtomicInteger busy = new AtomicInteger();
  private final int workers;
  private volatile long fullAt;

  /** Nothing yet, of so many workers. */
  public Incidents(int workers) {
    this.workers = workers;
  }

  void overCapacity(String what) {
    note(overCapacity, what);
  }

  void sentAway(String what) {
    note(sentAway, what);
  }

  private static void note(List<String> list, String what) {
    synchronized (list) {
      if (list.size() < KEPT_MAX) {
        list.add(what);
      }
    }
  }

  void streamBroke() {
    streamsBroken.increment();
  }

  void uploadRepeated() {
    uploadsRepeated.increment();
  }

  void busy(int change) {
    if (busy.addAndGet(change) == workers) {
      fullAt = System.nanoTime();
    }
  }

  /** Orders of more than a worker may hold, a sentence each; the first ones. */
  public List<String> overCapacity() {
    synchronized (overCapacity) {
      return List.copyOf(overCapacity);
    }
  }

  /** Workers that the coordinator refused or superseded, a sentence each; the first ones. */
  public List<String> sentAway() {
    synchronized (sentAway) {
      return List.copyOf(sentAway);
    }
  }

  /** Streams that ended though the worker had not ended them. */
  public long streamsBroken() {
    return streamsBroken.sum();
  }

  /** Uploads that were made again. */
  public long uploadsRepeated() {
    return uploadsRepeated.sum();
  }

  /** When, by {@link System#nanoTime}, all workers were busy last; 0 if they never were. */
  public long fullAt() {
    return fullAt;
  }

  /** Workers that hold unfinished work. */
  public int busy() {
    return busy.get();
  }
}
