package dev.longtake.trace;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A part of a trace that has ended.
 *
 * @param parent the part that it belongs to; empty for the first of a trace
 * @param name one of few, such as {@code chunk}
 * @param failure why it did not come to what it was for
 */
public record Span(
    TraceContext self,
    Optional<TraceContext> parent,
    String name,
    Instant start,
    Instant end,
    Facts facts,
    List<Event> events,
    Optional<String> failure) {

  /** Something that happened meanwhile. */
  public record Event(String name, Instant at, Facts facts) {
    public Event {
      requireNonNull(name, "name");
      requireNonNull(at, "at");
      requireNonNull(facts, "facts");
    }
  }

  public Span {
    requireNonNull(self, "self");
    requireNonNull(parent, "parent");
    requireNonNull(name, "name");
    requireNonNull(start, "start");
    end = end.isBefore(start) ? start : end; // A clock was set back meanwhile.
    requireNonNull(facts, "facts");
    events = List.copyOf(events);
    requireNonNull(failure, "failure");
  }
}
