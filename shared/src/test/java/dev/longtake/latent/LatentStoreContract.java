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

  /** Somebody waits for a slab: checkpoints must leave room for it. */
  @Test
  void putCheckpoint_beyondHalfOfTheStore_isRefusedAndSlabsAreNot() {
    LatentStore store = store();

    LongtakeException refused =
        catchThrowableOfType(
            LongtakeException.class,
            () -> {
              for (int step = 1; step < 10_000; step++) {
                store.putCheckpoint(checkpoint("story-1", 0, 0, step), payload(step));
              }
            });

    assertThat(refused.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(store.put(key(0), payload(1))).isEqualTo(PutOutcome.STORED);
  }

  @Test
  void put_beyondTheLimit_isRefused() {
    LatentStore store = store();

    LongtakeException refused =
        catchThrowableOfType(
            LongtakeException.class,
            () -> {
              for (int step = 0; step < 10_000; step++) {
                store.put(key(step), payload(step));
              }
            });

    assertThat(refused.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
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
