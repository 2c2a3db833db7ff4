package dev.longtake.render.transfer;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Report.Progress;
import dev.longtake.lease.Report.Running;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What this worker says about each lease it was given: one entry from the order that brings it to
 * the first that no longer lists it, so that an end is repeated until the coordinator has it. Safe
 * for any number of threads.
 */
public final class ReportBook {

  private final Map<LeaseToken, Progress> entries = new LinkedHashMap<>();
  private final WorkTraces traces;
  private final Runnable onChange;
  private boolean isHandedBack;

  /**
   * @param traces told the same
   * @param onChange called after each change, on the thread that made it
   */
  public ReportBook(WorkTraces traces, Runnable onChange) {
    this.traces = traces;
    this.onChange = onChange;
  }

  /** Keeps what is still ordered, adds what is new. */
  public void restate(List<Order> orders) {
    Set<LeaseToken> ordered = orders.stream().map(Order::lease).collect(Collectors.toSet());
    List<Order> added = new ArrayList<>();
    boolean changed;
    synchronized (this) {
      changed = entries.keySet().retainAll(ordered);
      for (Order order : orders) {
        if (entries.putIfAbsent(order.lease(), new Running(0, false)) == null) {
          added.add(order);
          changed = true;
        }
      }
      traces.restate(added, ordered);
    }
    if (changed) {
      onChange.run();
    }
  }

  /** Whether the lease is held and has not ended. */
  public synchronized boolean isRunning(LeaseToken lease) {
    return entries.get(lease) instanceof Running;
  }

  /** Notes the progress of a lease that is held and has not ended; anything else is ignored. */
  public void update(LeaseToken lease, Progress progress) {
    synchronized (this) {
      if (!isRunning(lease) || progress.equals(entries.get(lease))) {
        return;
      }
      entries.put(lease, progress);
      traces.note(lease, progress);
    }
    onChange.run();
  }

  /** From now on what has not ended is not held any more. */
  public void handBack() {
    synchronized (this) {
      if (isHandedBack) {
        return;
      }
      isHandedBack = true;
    }
    onChange.run();
  }

  /** Everything held, in the order in which it was ordered. */
  public synchronized List<Report> reports() {
    return entries.entrySet().stream()
        .filter(entry -> !isHandedBack || !(entry.getValue() instanceof Running))
        .map(entry -> new Report(entry.getKey(), entry.getValue()))
        .toList();
  }
}
