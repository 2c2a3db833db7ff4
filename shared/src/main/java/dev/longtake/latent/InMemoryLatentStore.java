package dev.longtake.latent;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** A store in this process alone: for tests, and the definition of what a store does. */
public final class InMemoryLatentStore implements LatentStore {

  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<SlabKey, byte[]> payloads = new HashMap<>();
  private final Map<CheckpointKey, byte[]> checkpoints = new HashMap<>();
  private boolean closed;

  /** A store that takes at most {@code bytesMax} bytes. */
  public InMemoryLatentStore(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public PutOutcome put(SlabKey key, byte[] payload) {
    lock.lock();
    try {
      return put(payloads, key, payload, bytesMax);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public PutOutcome putCheckpoint(CheckpointKey key, byte[] content) {
    lock.lock();
    try {
      return put(checkpoints, key, content, bytesMax / 2);
    } finally {
      lock.unlock();
    }
  }

  private <K> PutOutcome put(Map<K, byte[]> kind, K key, byte[] content, long kindBytesMax) {
    requireOpen();
    byte[] held = kind.get(key);
    if (held != null) {
      return Arrays.equals(held, content) ? PutOutcome.SAME : PutOutcome.DIFFERENT;
    }
    requireRoom(bytes(), content.length, bytesMax);
    requireRoom(bytes(kind), content.length, kindBytesMax);
    kind.put(key, content);
    changed.signalAll();
    return PutOutcome.STORED;
  }

  private static void requireRoom(long held, int more, long most) {
    if (held + more > most) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "latent store: expected at most %d bytes, found %d and %d more"
              .formatted(most, held, more));
    }
  }

  private static long bytes(Map<?, byte[]> kind) {
    return kind.values().stream().mapToLong(content -> content.length).sum();
  }

  @Override
  public Optional<byte[]> await(SlabKey key, Duration timeout) {
    lock.lock();
    try {
      long left = timeout.toNanos();
      while (true) {
        requireOpen();
        byte[] held = payloads.get(key);
        if (held != null || left <= 0) {
          return Optional.ofNullable(held);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted while waiting for " + key, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<byte[]> checkpoint(CheckpointKey key) {
    lock.lock();
    try {
      requireOpen();
      return Optional.ofNullable(checkpoints.get(key));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void removeSlabs(
      String storyId, int shotIndex, int boundaryIndex, int firstStep, int endStep) {
    remove(
        key ->
            key.isOf(storyId, shotIndex)
                && key.boundaryIndex() == boundaryIndex
                && key.stepIndex() >= firstStep
                && key.stepIndex() < endStep,
        key -> false);
  }

  @Override
  public void removeCheckpoints(
      String storyId, int shotIndex, int chunkIndex, int firstStep, int endStep) {
    remove(
        key -> false,
        key ->
            key.isOf(storyId, shotIndex)
                && key.chunkIndex() == chunkIndex
                && key.stepIndex() >= firstStep
                && key.stepIndex() < endStep);
  }

  @Override
  public void removeShot(String storyId, int shotIndex) {
    remove(key -> key.isOf(storyId, shotIndex), key -> key.isOf(storyId, shotIndex));
  }

  private void remove(Predicate<SlabKey> slabs, Predicate<CheckpointKey> states) {
    lock.lock();
    try {
      payloads.keySet().removeIf(slabs);
      checkpoints.keySet().removeIf(states);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long bytes() {
    lock.lock();
    try {
      return bytes(payloads) + bytes(checkpoints);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      payloads.clear();
      checkpoints.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the latent store is closed");
    }
  }
}
