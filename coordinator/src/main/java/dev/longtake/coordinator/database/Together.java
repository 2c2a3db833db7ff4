package dev.longtake.coordinator.database;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does at once what several callers ask for at the same time: whoever has the turn does it for all
 * who wait, because it is a database's promise to keep something that takes its time, and one
 * promise is enough for many. Each caller gets its own answer, once all of it is kept. Safe for any
 * number of threads, whose own time it takes.
 */
public final class Together<T, R> {

  /** Done in one transaction. */
  private static final int BATCH_MAX = 256;

  /** What is done; one call at a time. */
  public interface Work<T, R> {

    /**
     * Does all of these, or throws, and then none is done.
     *
     * @return for each, in its order, what gives its answer or throws why there is none
     */
    List<Supplier<R>> all(List<T> items);
  }

  private static final class Asked<T, R> {

    private final T item;
    private volatile @Nullable Supplier<R> answer;

    Asked(T item) {
      this.item = item;
    }
  }

  private final Duration patience;
  private final Work<T, R> work;
  private final ConcurrentLinkedQueue<Asked<T, R>> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock(true);

  /**
   * Nothing was asked for yet.
   *
   * @param patience for so long a caller waits until something is done for it
   */
  public Together(Duration patience, Work<T, R> work) {
    this.patience = patience;
    this.work = work;
  }

  /**
   * Does this, with what others ask for.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it was not begun in time, or
   *     the thread was interrupted meanwhile: then nothing is done
   * @throws RuntimeException what the work throws
   */
  public R ask(T item) {
    var asked = new Asked<T, R>(item);
    waiting.add(asked);
    awaitTurn(asked);
    try {
      while (asked.answer == null) {
        doWaiting();
      }
    } finally {
      turn.unlock();
    }
    return answer(asked);
  }

  private void awaitTurn(Asked<T, R> asked) {
    boolean isInterrupted = false;
    try {
      if (turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      isInterrupted = true;
    }
    if (waiting.remove(asked)) {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "database: expected a turn within %s, found %d callers waiting"
              .formatted(DurationText.said(patience), turn.getQueueLength()));
    }
    turn.lock(); // Somebody is doing it: what became of it is known soon.
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void doWaiting() {
    List<Asked<T, R>> batch = new ArrayList<>();
    @Nullable Asked<T, R> next = waiting.poll();
    while (next != null) {
      batch.add(next);
      next = batch.size() < BATCH_MAX ? waiting.poll() : null;
    }
    try {
      List<Supplier<R>> answers = work.all(batch.stream().map(it -> it.item).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer = answers.get(i);
      }
    } catch (RuntimeException e) {
      Supplier<R> failed =
          () -> {
            throw e;
          };
      batch.forEach(it -> it.answer = failed);
    }
  }

  private R answer(Asked<T, R> asked) {
    Supplier<R> answer = asked.answer;
    if (answer == null) {
      throw new IllegalStateException("nothing was done");
    }
    return answer.get();
  }
}
