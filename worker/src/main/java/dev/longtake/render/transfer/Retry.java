package dev.longtake.render.transfer;

import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Repeats a blocking call in the background until it gives a value. A call that gives nothing (a
 * long poll that ran out) is repeated at once, one that failed with a retryable kind after a pause
 * that doubles; any other failure ends it. Cancelling the future ends it before the next attempt.
 * When it has ended, {@code wake} is called.
 *
 * <p>What is busy or away is asked for ever: the order is dropped if the coordinator does not want
 * to wait any longer. Any other retryable failure ends it when it has happened three times.
 */
final class Retry {

  private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  /** Failures that another worker might not have are its own to find out: few repetitions. */
  private static final int WORKER_FAILURES_MAX = 3;

  private Retry() {}

  static <T> CompletableFuture<T> until(
      Background background, Runnable wake, Supplier<Optional<T>> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    CompletableFuture<T> _ = future.whenComplete((_, _) -> wake.run());
    background.run(() -> attempt(background, call, future, PAUSE_FIRST, 1));
    return future;
  }

  private static <T> void attempt(
      Background background,
      Supplier<Optional<T>> call,
      CompletableFuture<T> future,
      Duration pause,
      int failures) {
    if (future.isDone()) {
      return;
    }
    try {
      call.get()
          .ifPresentOrElse(
              future::complete,
              () -> background.run(() -> attempt(background, call, future, PAUSE_FIRST, 1)));
    } catch (LongtakeException e) {
      if (!e.code().kind().isRetryable()
          || (e.code().kind() == ErrorKind.WORKER && failures >= WORKER_FAILURES_MAX)) {
        future.completeExceptionally(e);
        return;
      }
      Duration doubled = pause.multipliedBy(2);
      Duration next = doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
      background.runAfter(pause, () -> attempt(background, call, future, next, failures + 1));
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }
}
