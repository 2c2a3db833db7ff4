package dev.longtake.render;

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
 * <p>It never gives up by itself: the coordinator drops the order when it has waited long enough.
 */
final class Retry {

  private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private Retry() {}

  static <T> CompletableFuture<T> until(
      Background background, Runnable wake, Supplier<Optional<T>> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    CompletableFuture<T> _ = future.whenComplete((_, _) -> wake.run());
    background.run(() -> attempt(background, call, future, PAUSE_FIRST));
    return future;
  }

  private static <T> void attempt(
      Background background,
      Supplier<Optional<T>> call,
      CompletableFuture<T> future,
      Duration pause) {
    if (future.isDone()) {
      return;
    }
    try {
      call.get()
          .ifPresentOrElse(
              future::complete,
              () -> background.run(() -> attempt(background, call, future, PAUSE_FIRST)));
    } catch (LongtakeException e) {
      if (!e.code().kind().isRetryable()) {
        future.completeExceptionally(e);
        return;
      }
      Duration doubled = pause.multipliedBy(2);
      Duration next = doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
      background.runAfter(pause, () -> attempt(background, call, future, next));
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }
}
