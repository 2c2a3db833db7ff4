package dev.longtake.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepClockTest {

  private final AtomicLong nanos = new AtomicLong(77);
  private final StepClock clock = new StepClock(nanos::get);

  private void pass(long seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void last_beforeTheFirstStep_isUnknown() {
    assertThat(clock.last()).isEmpty();
  }

  /** The longer of both neighbours' slabs, and none of the wait for theirs. */
  @Test
  void last_ofAStep_isItsComputationAndItsSending() {
    var left = new CompletableFuture<String>();
    var right = new CompletableFuture<String>();
    clock.send(left);
    clock.send(right);
    pass(2);
    left.complete("stored");
    pass(3);
    right.complete("stored");
    pass(60);

    clock.take(Duration.ofSeconds(10));

    assertThat(clock.last()).contains(Duration.ofSeconds(15));
  }

  /** Where all neighbours were first, the step is taken while its slabs are on their way. */
  @Test
  void last_ofASlowLink_countsWhatArrivedSinceTheStepBefore() {
    var sending = new CompletableFuture<String>();
    clock.send(sending);
    clock.take(Duration.ofSeconds(10));
    assertThat(clock.last()).contains(Duration.ofSeconds(10));
    pass(40);
    sending.complete("stored");

    clock.take(Duration.ofSeconds(10));
    assertThat(clock.last()).contains(Duration.ofSeconds(50));

    clock.take(Duration.ofSeconds(10));
    assertThat(clock.last()).as("a step later").contains(Duration.ofSeconds(10));
  }
}
