package dev.longtake.render.transfer;

import dev.longtake.backoff.Backoff;
import dev.longtake.backoff.Chance;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
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

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final DoubleSupplier CHANCE = Chance.ofProcess();

  /** Failures that another worker might not have are its own to find out: few repetitions. */
  private static final int WORKER_FAILURES_MAX = 3;

  private Retry() {}

  static <T> CompletableFuture<T> until(
      Background background, Runnable wake, Supplier<Optional<T>> call) {
    return until(background, wake, CHANCE, call);
  }

  /**
   * @param chance spreads the pauses
   */
  static <T> CompletableFuture<T> until(
      Background background, Runnable wake, DoubleSupplier chance, Supplier<Optional<T>> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    CompletableFuture<T> _ = future.whenComplete((_, _) -> wake.run());
    background.run(() -> attempt(background, call, future, chance, 0));
    return future;
  }

  private static <T> void attempt(
      Background background,
      Supplier<Optional<T>> call,
      CompletableFuture<T> future,
      DoubleSupplier chance,
      int failed) {
    if (future.isDone()) {
      return;
    }
    try {
      call.get()
          .ifPresentOrElse(
              future::complete,
              () -> background.run(() -> attempt(background, call, future, chance, 0)));
    } catch (LongtakeException e) {
      if (!e.code().kind().isRetryable()
          || (e.code().kind() == ErrorKind.WORKER && failed + 1 >= WORKER_FAILURES_MAX)) {
        future.completeExceptionally(e);
        return;
      }
      background.runAfter(
          BACKOFF.pause(failed, chance.getAsDouble()),
          () -> attempt(background, call, future, chance, failed + 1));
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }
}
