package dev.longtake.lease;

import static java.util.Objects.requireNonNull;

import dev.longtake.trace.TraceContext;
import java.util.Optional;

/**
 * A lease: a worker's right to one piece of work.
 *
 * @param trace the attempt in its story's trace, if that is kept; decides nothing
 */
public record Order(LeaseToken lease, Work work, Optional<TraceContext> trace) {

  public Order {
    requireNonNull(lease, "lease");
    requireNonNull(work, "work");
    requireNonNull(trace, "trace");
  }

  /** One of which no trace is kept. */
  public Order(LeaseToken lease, Work work) {
    this(lease, work, Optional.empty());
  }

  /** The same as a part of a trace. */
  public Order in(TraceContext attempt) {
    return new Order(lease, work, Optional.of(attempt));
  }
}
