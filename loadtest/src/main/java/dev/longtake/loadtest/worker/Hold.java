package dev.longtake.loadtest.worker;

import dev.longtake.lease.Order;
import dev.longtake.lease.Report;

/** An order that a simulated worker holds. Under the worker's lock. */
final class Hold {

  final Order order;
  Report.Progress progress = new Report.Running(0, false);

  /** Whether computing it has begun. */
  boolean isBegun;

  /** Whether the coordinator was told that it is held. */
  boolean isTold;

  int stepsDone;

  Hold(Order order) {
    this.order = order;
  }

  boolean isDone() {
    return !(progress instanceof Report.Running);
  }
}
