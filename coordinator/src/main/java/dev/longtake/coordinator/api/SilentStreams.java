package dev.longtake.coordinator.api;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Streams that were opened for a worker and on which none has said who it is: so many at most, and
 * not for long, because nothing else bounds them. Safe for any number of threads.
 */
final class SilentStreams {

  private final int countMax;
  private final Duration patience;
  private final Metrics metrics;
  private final AtomicInteger count = new AtomicInteger();

  SilentStreams(int countMax, Duration patience, Metrics metrics) {
    this.countMax = countMax;
    this.patience = patience;
    this.metrics = metrics;
  }

  /**
   * A stream was opened.
   *
   * @param close ends it with the reason
   * @return to be run once something is said on it, or it has ended; again does no harm
   */
  Runnable opened(Consumer<LongtakeException> close) {
    if (count.incrementAndGet() > countMax) {
      count.decrementAndGet();
      refuse(
          close,
          ErrorCode.LIMIT_REACHED,
          "expected at most %d streams on which no worker has said who it is, found one more"
              .formatted(countMax));
      return () -> {};
    }
    var isOver = new CountDownLatch(1);
    Thread.startVirtualThread(() -> await(isOver, close));
    return isOver::countDown;
  }

  private void await(CountDownLatch isOver, Consumer<LongtakeException> close) {
    try {
      if (!isOver.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        refuse(
            close,
            ErrorCode.DEADLINE_EXCEEDED,
            "expected a worker to say who it is within %s, found a stream without a word"
                .formatted(DurationText.said(patience)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      count.decrementAndGet();
    }
  }

  private void refuse(Consumer<LongtakeException> close, ErrorCode code, String why) {
    metrics.countError(code);
    close.accept(new LongtakeException(code, why));
  }
}
