package dev.longtake.render.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RetryTest {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger wakes = new AtomicInteger();
  private final Background background =
      new Background() {
        @Override
        public void run(Runnable task) {
          tasks.add(task);
        }

        @Override
        public void runAfter(Duration delay, Runnable task) {
          pauses.add(delay);
          tasks.add(task);
        }
      };

  @Test
  void until_busy_repeatsWithPausesThatDouble() {
    CompletableFuture<String> future =
        until(
            () -> {
              if (calls.incrementAndGet() < 8) {
                throw new LongtakeException(ErrorCode.UNAVAILABLE, "away");
              }
              return Optional.of("there");
            });

    runAll();

    assertThat(future).isCompletedWithValue("there");
    assertThat(pauses)
        .startsWith(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400))
        .endsWith(Duration.ofSeconds(5))
        .hasSize(7);
    assertThat(wakes).hasValue(1);
  }

  @Test
  void until_nothingYet_asksAgainAtOnce() {
    CompletableFuture<String> future =
        until(() -> calls.incrementAndGet() < 3 ? Optional.empty() : Optional.of("there"));

    runAll();

    assertThat(future).isCompletedWithValue("there");
    assertThat(pauses).isEmpty();
  }

  @Test
  void until_corruptEachTime_failsAfterThree() {
    CompletableFuture<String> future =
        until(
            () -> {
              calls.incrementAndGet();
              throw new LongtakeException(ErrorCode.DATA_CORRUPT, "other bytes");
            });

    runAll();

    assertThat(future).isCompletedExceptionally();
    assertThat(calls).hasValue(3);
  }

  @Test
  void until_notFound_failsAtOnce() {
    CompletableFuture<String> future =
        until(
            () -> {
              calls.incrementAndGet();
              throw new LongtakeException(ErrorCode.NOT_FOUND, "none");
            });

    runAll();

    assertThat(future).isCompletedExceptionally();
    assertThat(calls).hasValue(1);
  }

  @Test
  void until_cancelled_asksNoMore() {
    CompletableFuture<String> future =
        until(
            () -> {
              calls.incrementAndGet();
              return Optional.empty();
            });
    tasks.remove().run();

    future.cancel(false);
    runAll();

    assertThat(calls).hasValue(1);
  }

  private CompletableFuture<String> until(Supplier<Optional<String>> call) {
    return Retry.until(background, wakes::incrementAndGet, () -> 0, call);
  }

  private void runAll() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
