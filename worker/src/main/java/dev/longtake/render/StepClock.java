package dev.longtake.render;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What a chunk's steps take this worker by itself: computing a velocity, and sending its overlaps.
 * Not the wait for neighbours, which all chunks of a shot share whoever is slow. The engine's
 * thread; that something was sent may be noticed on any.
 *
 * <p>What is still on its way when the step is taken counts for the next one: while a neighbour
 * waits for it, there is none.
 */
final class StepClock {

  private final LongSupplier nanoTime;
  private final AtomicLong sentNanos = new AtomicLong();
  private Optional<Duration> last = Optional.empty();

  /**
   * Nothing was timed yet.
   *
   * @param nanoTime a clock that only goes forward, in nanoseconds; asked on any thread
   */
  StepClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A slab is being sent. */
  void send(CompletableFuture<?> sending) {
    long begun = nanoTime.getAsLong();
    CompletableFuture<?> _ =
        sending.whenComplete(
            (_, _) -> sentNanos.accumulateAndGet(nanoTime.getAsLong() - begun, Math::max));
  }

  /** A step was taken whose velocity took so long. */
  void take(Duration computed) {
    last = Optional.of(computed.plusNanos(sentNanos.getAndSet(0)));
  }

  /** What the last step took; empty before the first. */
  Optional<Duration> last() {
    return last;
  }
}
