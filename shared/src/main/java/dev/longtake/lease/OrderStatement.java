package dev.longtake.lease;

import static dev.longtake.error.Require.require;

import java.time.Duration;
import java.util.List;

/**
 * What a worker should hold; always a full statement. An order no longer listed is to be dropped.
 *
 * @param heartbeatInterval how often the worker repeats its statement when nothing changes
 * @param superseded a newer boot of the same worker is connected: go away
 */
public record OrderStatement(List<Order> orders, Duration heartbeatInterval, boolean superseded) {

  public OrderStatement {
    orders = List.copyOf(orders);
    require(heartbeatInterval.isPositive(), "heartbeatInterval: %s", heartbeatInterval);
  }
}
