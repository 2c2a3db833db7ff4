package dev.longtake.coordinator.workers;

import dev.longtake.error.LongtakeException;
import dev.longtake.lease.Order;
import dev.longtake.story.status.TenantScope;
import java.util.List;

/** The way to one connected worker. Calls do not block, and may come from any thread. */
public interface WorkerLink {

  /** Where the worker dials from, for people: an address and a port. */
  String peer();

  /** Whose work it may do, as the certificate of its connection says. */
  TenantScope scope();

  /** Tells what the worker should hold now; of several waiting statements the last one counts. */
  void order(List<Order> orders);

  /** Tells the worker that a newer boot of it is here, and ends the connection. */
  void supersede();

  /** Ends the connection. */
  void close(LongtakeException reason);
}
