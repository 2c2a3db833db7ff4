package dev.longtake.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TogetherTest {

  private static final Duration PATIENT = Duration.ofMinutes(1);

  private final List<List<Integer>> batches = new ArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  /** Squares, of which those of odd numbers are refused; the first run waits to be let go. */
  private List<Supplier<Integer>> squares(List<Integer> items) {
    batches.add(items);
    if (batches.size() == 1) {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return items.stream().<Supplier<Integer>>map(TogetherTest::square).toList();
  }

  private static Supplier<Integer> square(int item) {
    return () -> {
      if (item % 2 != 0) {
        throw new IllegalArgumentException("odd: " + item);
      }
      return item * item;
    };
  }

  private static CompletableFuture<Integer> ask(
      Together<Integer, Integer> together, int item, List<Thread> threads) {
    var answer = new CompletableFuture<Integer>();
    threads.add(
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    answer.complete(together.ask(item));
                  } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                  }
                }));
    return answer;
  }

  @Test
  void ask_whileOthersAreDone_isDoneWithAllWhoWait() throws Exception {
    var together = new Together<Integer, Integer>(PATIENT, this::squares);
    List<Thread> threads = new ArrayList<>();
    CompletableFuture<Integer> first = ask(together, 2, threads);
    begun.await();
    List<CompletableFuture<Integer>> later = new ArrayList<>();
    for (int i = 3; i < 20; i++) {
      later.add(ask(together, i, threads));
    }
    for (Thread thread : threads.subList(1, threads.size())) {
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait(); // Until it waits for its turn.
      }
    }

    mayEnd.countDown();

    assertThat(first.get()).isEqualTo(4);
    for (int i = 3; i < 20; i++) {
      CompletableFuture<Integer> answer = later.get(i - 3);
      if (i % 2 == 0) {
        assertThat(answer.get()).isEqualTo(i * i);
      } else {
        assertThatThrownBy(answer::get).hasMessageContaining("odd: " + i);
      }
    }
    assertThat(batches).hasSize(2);
    assertThat(batches.getLast()).hasSize(17);
  }

  @Test
  void ask_ofWorkThatFails_failsAndTheNextIsDone() {
    mayEnd.countDown();
    var together =
        new Together<Integer, Integer>(
            PATIENT,
            items -> {
              if (batches.isEmpty()) {
                batches.add(items);
                throw new IllegalStateException("not kept");
              }
              return squares(items);
            });

    assertThatThrownBy(() -> together.ask(2)).hasMessage("not kept");
    assertThat(together.ask(4)).isEqualTo(16);
  }

  @Test
  void ask_withoutATurnInTime_isNotDone() throws Exception {
    var together = new Together<Integer, Integer>(Duration.ZERO, this::squares);
    CompletableFuture<Integer> first = ask(together, 2, new ArrayList<>());
    begun.await();

    assertThatThrownBy(() -> together.ask(4))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("expected a turn within");
    mayEnd.countDown();

    assertThat(first.get()).isEqualTo(4);
    assertThat(together.ask(6)).isEqualTo(36);
    assertThat(batches).containsExactly(List.of(2), List.of(6));
  }
}
