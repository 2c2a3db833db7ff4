package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every latent store must do. */
public abstract class LatentStoreContract {

  protected static final Duration LONG = Duration.ofSeconds(20);
  protected static final Duration SHORT = Duration.ofMillis(30);

  /** An empty store for one test; closed by whoever made it. */
  protected abstract LatentStore store();

  protected static SlabKey key(String story, int shot, int boundary, Side side, int step) {
    return new SlabKey(story, shot, boundary, side, step);
  }

  protected static SlabKey key(int step) {
    return key("story-1", 0, 0, Side.LEFT, step);
  }

  protected static byte[] payload(int value) {
    byte[] payload = new byte[1000];
    Arrays.fill(payload, (byte) value);
    return payload;
  }

  @Test
  void put_firstTime_isStored() {
    assertThat(store().put(key(0), payload(1))).isEqualTo(PutOutcome.STORED);
    assertThat(store().await(key(0), SHORT)).hasValue(payload(1));
  }

  @Test
  void put_sameBytesAgain_isSame() {
    store().put(key(0), payload(1));

    assertThat(store().put(key(0), payload(1))).isEqualTo(PutOutcome.SAME);
  }

  @Test
  void put_otherBytes_isDifferentAndKeepsTheFirst() {
    store().put(key(0), payload(1));

    assertThat(store().put(key(0), payload(2))).isEqualTo(PutOutcome.DIFFERENT);
    assertThat(store().await(key(0), SHORT)).hasValue(payload(1));
  }

  @Test
  void put_keysThatDifferInOnePart_areDifferentSlabs() {
    List<SlabKey> keys =
        List.of(
            key("a", 0, 0, Side.LEFT, 0),
            key("b", 0, 0, Side.LEFT, 0),
            key("a", 1, 0, Side.LEFT, 0),
            key("a", 0, 1, Side.LEFT, 0),
            key("a", 0, 0, Side.RIGHT, 0),
            key("a", 0, 0, Side.LEFT, 1));
    for (int i = 0; i < keys.size(); i++) {
      assertThat(store().put(keys.get(i), payload(i))).isEqualTo(PutOutcome.STORED);
    }

    for (int i = 0; i < keys.size(); i++) {
      assertThat(store().await(keys.get(i), SHORT)).hasValue(payload(i));
    }
  }

  @Test
  void await_neverPut_isEmptyAfterTheTimeout() {
    assertThat(store().await(key(0), SHORT)).isEmpty();
    assertThat(store().await(key(0), Duration.ZERO)).isEmpty();
  }

  @Test
  void await_beforePut_isWokenByIt() throws Exception {
    LatentStore store = store();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<byte[]>>> readers = new ArrayList<>();
      for (int step = 0; step < 8; step++) {
        int awaited = step;
        readers.add(threads.submit(() -> store.await(key(awaited), LONG)));
        readers.add(threads.submit(() -> store.await(key(awaited), LONG)));
      }
      for (int step = 7; step >= 0; step--) {
        store.put(key(step), payload(step));
      }
      for (int i = 0; i < readers.size(); i++) {
        assertThat(readers.get(i).get()).hasValue(payload(i / 2));
      }
    }
  }

  @Test
  void removeShot_forgetsItsSlabsAlone() {
    store().put(key("a", 1, 0, Side.LEFT, 0), payload(1));
    store().put(key("a", 1, 3, Side.RIGHT, 7), payload(1));
    store().put(key("a", 11, 0, Side.LEFT, 0), payload(2));
    store().put(key("a", 10, 0, Side.LEFT, 0), payload(2));
    store().put(key("a.1", 1, 0, Side.LEFT, 0), payload(3));

    store().removeShot("a", 1);

    assertThat(store().await(key("a", 1, 0, Side.LEFT, 0), Duration.ZERO)).isEmpty();
    assertThat(store().await(key("a", 1, 3, Side.RIGHT, 7), Duration.ZERO)).isEmpty();
    assertThat(store().await(key("a", 11, 0, Side.LEFT, 0), SHORT)).hasValue(payload(2));
    assertThat(store().await(key("a", 10, 0, Side.LEFT, 0), SHORT)).hasValue(payload(2));
    assertThat(store().await(key("a.1", 1, 0, Side.LEFT, 0), SHORT)).hasValue(payload(3));
  }

  @Test
  void bytes_growWithPutsAndGoWithRemoval() {
    long before = store().bytes();
    store().put(key(0), payload(1));
    store().put(key(1), payload(2));

    assertThat(store().bytes()).isGreaterThanOrEqualTo(before + 2000);

    store().removeShot("story-1", 0);

    assertThat(store().bytes()).isEqualTo(before);
  }

  private static CheckpointKey checkpoint(String story, int shot, int chunk, int step) {
    return new CheckpointKey(story, shot, chunk, step);
  }

  @Test
  void putCheckpoint_firstTime_isStoredBesideTheSlabs() {
    store().put(key("a", 0, 1, Side.LEFT, 2), payload(1));

    assertThat(store().putCheckpoint(checkpoint("a", 0, 1, 2), payload(2)))
        .isEqualTo(PutOutcome.STORED);
    assertThat(store().checkpoint(checkpoint("a", 0, 1, 2))).hasValue(payload(2));
    assertThat(store().checkpoint(checkpoint("a", 0, 1, 3))).isEmpty();
    assertThat(store().await(key("a", 0, 1, Side.LEFT, 2), SHORT)).hasValue(payload(1));
  }

  @Test
  void putCheckpoint_again_isSameOrDifferentAndKeepsTheFirst() {
    store().putCheckpoint(checkpoint("a", 0, 0, 1), payload(1));

    assertThat(store().putCheckpoint(checkpoint("a", 0, 0, 1), payload(1)))
        .isEqualTo(PutOutcome.SAME);
    assertThat(store().putCheckpoint(checkpoint("a", 0, 0, 1), payload(2)))
        .isEqualTo(PutOutcome.DIFFERENT);
    assertThat(store().checkpoint(checkpoint("a", 0, 0, 1))).hasValue(payload(1));
  }

  @Test
  void removeCheckpoints_forgetsTheseStepsOfThisChunkAlone() {
    for (int step = 1; step <= 4; step++) {
      store().putCheckpoint(checkpoint("a", 1, 0, step), payload(step));
    }
    store().putCheckpoint(checkpoint("a", 1, 1, 1), payload(5));
    store().putCheckpoint(checkpoint("a", 0, 0, 1), payload(6));
    store().put(key("a", 1, 0, Side.LEFT, 1), payload(7));

    store().removeCheckpoints("a", 1, 0, 0, 3);

    assertThat(store().checkpoint(checkpoint("a", 1, 0, 1))).isEmpty();
    assertThat(store().checkpoint(checkpoint("a", 1, 0, 2))).isEmpty();
    assertThat(store().checkpoint(checkpoint("a", 1, 0, 3))).hasValue(payload(3));
    assertThat(store().checkpoint(checkpoint("a", 1, 0, 4))).hasValue(payload(4));
    assertThat(store().checkpoint(checkpoint("a", 1, 1, 1))).hasValue(payload(5));
    assertThat(store().checkpoint(checkpoint("a", 0, 0, 1))).hasValue(payload(6));
    assertThat(store().await(key("a", 1, 0, Side.LEFT, 1), SHORT)).hasValue(payload(7));
  }

  @Test
  void removeSlabs_forgetsTheseStepsOfThisBoundaryAlone() {
    for (int step = 0; step < 4; step++) {
      store().put(key("a", 1, 0, Side.LEFT, step), payload(step));
      store().put(key("a", 1, 0, Side.RIGHT, step), payload(step));
    }
    store().put(key("a", 1, 1, Side.LEFT, 0), payload(5));
    store().putCheckpoint(checkpoint("a", 1, 0, 1), payload(6));

    store().removeSlabs("a", 1, 0, 0, 2);

    for (Side side : Side.values()) {
      assertThat(store().await(key("a", 1, 0, side, 0), Duration.ZERO)).isEmpty();
      assertThat(store().await(key("a", 1, 0, side, 1), Duration.ZERO)).isEmpty();
      assertThat(store().await(key("a", 1, 0, side, 2), SHORT)).hasValue(payload(2));
      assertThat(store().await(key("a", 1, 0, side, 3), SHORT)).hasValue(payload(3));
    }
    assertThat(store().await(key("a", 1, 1, Side.LEFT, 0), SHORT)).hasValue(payload(5));
    assertThat(store().checkpoint(checkpoint("a", 1, 0, 1))).hasValue(payload(6));
    // What was forgotten may be published again, by a chunk that begins anew.
    assertThat(store().put(key("a", 1, 0, Side.LEFT, 0), payload(0))).isEqualTo(PutOutcome.STORED);
  }

  @Test
  void removeShot_forgetsItsCheckpointsToo() {
    long before = store().bytes();
    store().putCheckpoint(checkpoint("a", 1, 0, 1), payload(1));
    store().putCheckpoint(checkpoint("a", 11, 0, 1), payload(2));
    assertThat(store().bytes()).isGreaterThanOrEqualTo(before + 2000);

    store().removeShot("a", 1);

    assertThat(store().checkpoint(checkpoint("a", 1, 0, 1))).isEmpty();
    assertThat(store().checkpoint(checkpoint("a", 11, 0, 1))).hasValue(payload(2));
  }

  /** So many large ones that they would fill every store of these tests several times. */
  private static final int MANY = 600;

  private static byte[] large(int value) {
    byte[] payload = new byte[20_000];
    Arrays.fill(payload, (byte) value);
    return payload;
  }

  @Test
  void putCheckpoint_beyondHalfOfTheStore_givesUpTheOldest() {
    LatentStore store = store();
    for (int step = 1; step <= MANY; step++) {
      assertThat(store.putCheckpoint(checkpoint("story-1", 0, 0, step), large(step)))
          .isEqualTo(PutOutcome.STORED);
    }

    List<Integer> held =
        IntStream.rangeClosed(1, MANY)
            .filter(step -> store.checkpoint(checkpoint("story-1", 0, 0, step)).isPresent())
            .boxed()
            .toList();

    assertThat(held).hasSizeBetween(2, MANY - 1);
    assertThat(held.getLast()).isEqualTo(MANY);
    assertThat(held.getLast() - held.getFirst()).isEqualTo(held.size() - 1);
    assertThat(store.checkpoint(checkpoint("story-1", 0, 0, MANY))).hasValue(large(MANY));
    assertThat(store.put(key(0), payload(1))).isEqualTo(PutOutcome.STORED);
  }

  @Test
  void putCheckpoint_largerThanHalfOfTheStore_isRefused() {
    LatentStore store = store();
    store.putCheckpoint(checkpoint("a", 0, 0, 1), payload(1));

    LongtakeException refused =
        catchThrowableOfType(
            LongtakeException.class,
            () -> store.putCheckpoint(checkpoint("a", 0, 0, 2), new byte[5 << 20]));

    assertThat(refused.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(store.checkpoint(checkpoint("a", 0, 0, 1))).hasValue(payload(1));
  }

  /** Somebody waits for a slab, so none is given up; checkpoints make room. */
  @Test
  void put_beyondTheLimit_givesUpCheckpointsAndThenIsRefused() {
    LatentStore store = store();
    store.putCheckpoint(checkpoint("a", 0, 0, 1), large(1));
    AtomicInteger step = new AtomicInteger();

    LongtakeException refused =
        catchThrowableOfType(
            LongtakeException.class,
            () -> {
              for (; step.get() < MANY; step.incrementAndGet()) {
                store.put(key(step.get()), large(step.get()));
              }
            });

    assertThat(refused.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(store.checkpoint(checkpoint("a", 0, 0, 1))).isEmpty();
    for (int i = 0; i < step.get(); i++) {
      assertThat(store.await(key(i), Duration.ZERO)).as("slab %d", i).hasValue(large(i));
    }
  }

  /** Whatever comes together, each reader gets its slab and the books are right in the end. */
  @Test
  void everything_atOnce_servesEachReaderAndCountsRight() throws Exception {
    LatentStore store = store();
    long before = store.bytes();
    int steps = 40;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<byte[]>>> readers = new ArrayList<>();
      List<Future<PutOutcome>> writers = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        int step = i;
        readers.add(threads.submit(() -> store.await(key("a", 0, 0, Side.LEFT, step), LONG)));
        for (int twice = 0; twice < 2; twice++) {
          writers.add(
              threads.submit(() -> store.put(key("a", 0, 0, Side.LEFT, step), payload(step))));
          writers.add(
              threads.submit(
                  () -> store.putCheckpoint(checkpoint("b", 0, 0, step + 1), payload(step))));
        }
        threads.execute(() -> store.removeCheckpoints("b", 0, 0, 0, step));
      }
      for (int step = 0; step < steps; step++) {
        assertThat(readers.get(step).get()).hasValue(payload(step));
      }
      for (Future<PutOutcome> writer : writers) {
        assertThat(writer.get()).isIn(PutOutcome.STORED, PutOutcome.SAME);
      }
    }

    store.removeShot("a", 0);
    store.removeShot("b", 0);

    assertThat(store.bytes()).isEqualTo(before);
  }

  @Test
  void await_whenInterrupted_failsAndKeepsTheFlag() throws Exception {
    LatentStore store = store();
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    store.await(key(0), LONG);
                    seen.complete("no exception");
                  } catch (LongtakeException e) {
                    seen.complete(e.code() + " " + Thread.currentThread().isInterrupted());
                  }
                });

    reader.interrupt();

    assertThat(seen.get()).isEqualTo("UNAVAILABLE true");
  }
}
