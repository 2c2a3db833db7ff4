package dev.longtake.render.transfer;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.trace.Facts;
import dev.longtake.trace.Span;
import dev.longtake.trace.TraceContext;
import dev.longtake.trace.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this worker's time with each lease went to, for those whose story is traced: one part from
 * the order to the report, with its steps as events, and parts of its own for what took long beside
 * them. Of a lease there are so many events and parts and no more. Safe for any number of threads.
 */
public final class WorkTraces implements AutoCloseable {

  /** Steps, and parts such as checkpoints, of one attempt. */
  static final int EVENTS_MAX = 64;

  private final Tracing tracing;
  private final InstantSource clock;
  private final Map<LeaseToken, Attempt> attempts = new HashMap<>();

  /** What is known of a lease; under the lock of the outer object. */
  private static final class Attempt {
    private final TraceContext ordered;
    private final Instant begin;
    private final List<Span.Event> events = new ArrayList<>();
    private int parts;
    private int steps;
    private int waits;
    private Instant lastStep;
    private @Nullable Instant waitsSince;
    private Duration waited = Duration.ZERO;
    private Duration waitedInStep = Duration.ZERO;

    private Attempt(TraceContext ordered, Instant begin) {
      this.ordered = ordered;
      this.begin = begin;
      this.lastStep = begin;
    }

    private TraceContext self() {
      return ordered.part("worker");
    }
  }

  /**
   * Of nothing yet.
   *
   * @param tracing closed with this
   */
  public WorkTraces(Tracing tracing, InstantSource clock) {
    this.tracing = tracing;
    this.clock = clock;
  }

  /** What takes a while beside the steps; to be closed when it is over. */
  @FunctionalInterface
  public interface Part extends AutoCloseable {

    /** Of nothing that is traced. */
    Part NONE = () -> {};

    @Override
    void close();
  }

  /**
   * Says what is ordered from now on; what is no longer is let go.
   *
   * @param added those orders that are new
   * @param leases all of them
   */
  void restate(List<Order> added, Set<LeaseToken> leases) {
    if (!tracing.isOn()) {
      return;
    }
    Instant now = clock.instant();
    synchronized (this) {
      for (LeaseToken lease : List.copyOf(attempts.keySet())) {
        if (!leases.contains(lease)) {
          end(lease, now, "let_go", Optional.empty());
        }
      }
    }
    for (Order order : added) {
      order.trace().ifPresent(trace -> begin(order.lease(), trace, now));
    }
  }

  private synchronized void begin(LeaseToken lease, TraceContext trace, Instant now) {
    attempts.put(lease, new Attempt(trace, now));
  }

  /** A lease that has not ended is so far, or ends. */
  synchronized void note(LeaseToken lease, Report.Progress progress) {
    @Nullable Attempt attempt = attempts.get(lease);
    if (attempt == null) {
      return;
    }
    Instant now = clock.instant();
    switch (progress) {
      case Report.Running running -> note(attempt, running, now);
      case Report.Done _ -> end(lease, now, "done", Optional.empty());
      case Report.Failed failed ->
          end(lease, now, failed.code().dotted(), Optional.of(failed.code().dotted()));
    }
  }

  /** A chunk has come so far. */
  public synchronized void step(LeaseToken lease, int stepsDone) {
    @Nullable Attempt attempt = attempts.get(lease);
    if (attempt != null) {
      note(attempt, new Report.Running(stepsDone, false), clock.instant());
    }
  }

  private static void note(Attempt attempt, Report.Running running, Instant now) {
    @Nullable Instant since = attempt.waitsSince;
    if (running.waiting() && since == null) {
      attempt.waitsSince = now;
      attempt.waits++;
    } else if (!running.waiting() && since != null) {
      attempt.waitsSince = null;
      attempt.waitedInStep = attempt.waitedInStep.plus(Duration.between(since, now));
    }
    if (running.stepsDone() > attempt.steps) {
      step(attempt, running.stepsDone(), now);
    }
  }

  private static void step(Attempt attempt, int step, Instant now) {
    attempt.steps = step;
    if (attempt.events.size() < EVENTS_MAX) {
      Facts facts =
          Facts.NONE
              .and("longtake.step", step)
              .and("longtake.step_ms", Duration.between(attempt.lastStep, now).toMillis())
              .and("longtake.exchange_wait_ms", attempt.waitedInStep.toMillis());
      attempt.events.add(new Span.Event("step", now, facts));
    }
    attempt.waited = attempt.waited.plus(attempt.waitedInStep);
    attempt.waitedInStep = Duration.ZERO;
    attempt.lastStep = now;
  }

  private void end(LeaseToken lease, Instant now, String outcome, Optional<String> failure) {
    @Nullable Attempt attempt = attempts.remove(lease);
    if (attempt != null) {
      Facts facts =
          about(lease)
              .and("longtake.outcome", outcome)
              .and("longtake.exchange_waits", attempt.waits)
              .and("longtake.exchange_wait_ms", attempt.waited.toMillis())
              .and("longtake.steps_done", attempt.steps);
      tracing.ended(
          new Span(
              attempt.self(),
              Optional.of(attempt.ordered),
              "work",
              attempt.begin,
              now,
              facts,
              attempt.events,
              failure));
    }
  }

  private static Facts about(LeaseToken lease) {
    return Facts.NONE
        .and("longtake.story", lease.storyId())
        .and("longtake.shot", lease.shotIndex())
        .and(
            switch (lease.kind()) {
              case CHUNK -> "longtake.chunk";
              case SEGMENT -> "longtake.segment";
            },
            lease.index())
        .and("longtake.attempt", lease.attempt());
  }

  /** Begins something beside the steps. */
  public synchronized Part begin(LeaseToken lease, String name) {
    @Nullable Attempt attempt = attempts.get(lease);
    return attempt == null ? Part.NONE : begin(attempt, lease, name, clock.instant());
  }

  /** Something that began with the order is over. */
  public synchronized void sinceOrdered(LeaseToken lease, String name) {
    @Nullable Attempt attempt = attempts.get(lease);
    if (attempt != null) {
      begin(attempt, lease, name, attempt.begin).close();
    }
  }

  private Part begin(Attempt attempt, LeaseToken lease, String name, Instant start) {
    if (attempt.parts >= EVENTS_MAX) {
      return Part.NONE;
    }
    attempt.parts++;
    TraceContext self = attempt.self();
    TraceContext part = self.part("%s %d".formatted(name, attempt.parts));
    return () ->
        tracing.ended(
            new Span(
                part,
                Optional.of(self),
                name,
                start,
                clock.instant(),
                about(lease),
                List.of(),
                Optional.empty()));
  }

  /** The worker leaves: so far everything came, and it leaves the process. */
  @Override
  public void close() {
    synchronized (this) {
      Instant now = clock.instant();
      List.copyOf(attempts.keySet()).forEach(it -> end(it, now, "left", Optional.empty()));
    }
    tracing.close();
  }
}
