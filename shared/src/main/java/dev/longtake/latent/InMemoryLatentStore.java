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

/** A store in this process alone: for tests, and the definition of what a store does. */
public final class InMemoryLatentStore implements LatentStore {

  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<SlabKey, byte[]> payloads = new HashMap<>();
  private long bytes;
  private boolean closed;

  /** A store that takes at most {@code bytesMax} bytes of payloads. */
  public InMemoryLatentStore(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public PutOutcome put(SlabKey key, byte[] payload) {
    lock.lock();
    try {
      requireOpen();
      byte[] held = payloads.get(key);
      if (held != null) {
        return Arrays.equals(held, payload) ? PutOutcome.SAME : PutOutcome.DIFFERENT;
      }
      if (bytes + payload.length > bytesMax) {
        throw new LongtakeException(
            ErrorCode.LIMIT_REACHED,
            "latent store: expected at most %d bytes, found %d and %d more"
                .formatted(bytesMax, bytes, payload.length));
      }
      payloads.put(key, payload);
      bytes += payload.length;
      changed.signalAll();
      return PutOutcome.STORED;
    } finally {
      lock.unlock();
    }
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
  public void removeShot(String storyId, int shotIndex) {
    lock.lock();
    try {
      payloads.keySet().removeIf(key -> key.isOf(storyId, shotIndex));
      bytes = payloads.values().stream().mapToLong(payload -> payload.length).sum();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long bytes() {
    lock.lock();
    try {
      return bytes;
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
      bytes = 0;
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
