package dev.longtake.lease;

import static java.util.Objects.requireNonNull;

/** A lease: a worker's right to one piece of work. */
public record Order(LeaseToken lease, Work work) {

  public Order {
    requireNonNull(lease, "lease");
    requireNonNull(work, "work");
  }
}
