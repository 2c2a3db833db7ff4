package dev.longtake.latent;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The store of a coordinator that is alone, on its own heap; also the definition of what every
 * store does. Opens no port and starts no thread.
 */
public final class HeapLatentStore implements LatentStore {

  /** Readers of one slab that is not there yet. */
  private static final class Readers {
    private final Condition arrived;
    private int count;

    private Readers(Condition arrived) {
      this.arrived = arrived;
    }
  }

  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<SlabKey, Readers> waiting = new HashMap<>();
  private final Map<SlabKey, byte[]> slabs = new HashMap<>();

  /** In the order in which they came: the first is the first to be given up. */
  private final Map<CheckpointKey, byte[]> checkpoints = new LinkedHashMap<>();

  private long slabBytes;
  private long checkpointBytes;
  private boolean closed;

  /** A store that takes at most {@code bytesMax} bytes. */
  public HeapLatentStore(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public PutOutcome put(SlabKey key, byte[] payload) {
    lock.lock();
    try {
      requireOpen();
      byte[] held = slabs.get(key);
      if (held != null) {
        return outcome(held, payload);
      }
      requireRoom(slabBytes, payload.length, bytesMax);
      giveUpUntil(bytesMax - slabBytes - payload.length);
      slabs.put(key, payload);
      slabBytes += payload.length;
      Readers readers = waiting.get(key);
      if (readers != null) {
        readers.arrived.signalAll();
      }
      return PutOutcome.STORED;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public PutOutcome putCheckpoint(CheckpointKey key, byte[] content) {
    lock.lock();
    try {
      requireOpen();
      byte[] held = checkpoints.get(key);
      if (held != null) {
        return outcome(held, content);
      }
      long most = Math.min(bytesMax / 2, bytesMax - slabBytes);
      requireRoom(0, content.length, most);
      giveUpUntil(most - content.length);
      checkpoints.put(key, content);
      checkpointBytes += content.length;
      return PutOutcome.STORED;
    } finally {
      lock.unlock();
    }
  }

  private static PutOutcome outcome(byte[] held, byte[] content) {
    return Arrays.equals(held, content) ? PutOutcome.SAME : PutOutcome.DIFFERENT;
  }

  private void giveUpUntil(long most) {
    Iterator<byte[]> oldestFirst = checkpoints.values().iterator();
    while (checkpointBytes > most) {
      checkpointBytes -= oldestFirst.next().length;
      oldestFirst.remove();
    }
  }

  private static void requireRoom(long held, int more, long most) {
    if (held + more > most) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "latent store: expected at most %d bytes, found %d and %d more"
              .formatted(most, held, more));
    }
  }

  @Override
  public Optional<byte[]> await(SlabKey key, Duration timeout) {
    lock.lock();
    Readers readers = waiting.computeIfAbsent(key, missing -> new Readers(lock.newCondition()));
    readers.count++;
    try {
      requireOpen();
      long left = timeout.toNanos();
      while (!slabs.containsKey(key) && left > 0) {
        left = readers.arrived.awaitNanos(left);
        requireOpen();
      }
      return Optional.ofNullable(slabs.get(key));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "interrupted while waiting for " + key, e);
    } finally {
      if (--readers.count == 0) {
        waiting.remove(key);
      }
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
    lock.lock();
    try {
      for (int step = firstStep; step < endStep; step++) {
        for (Side side : Side.values()) {
          removeSlab(new SlabKey(storyId, shotIndex, boundaryIndex, side, step));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void removeCheckpoints(
      String storyId, int shotIndex, int chunkIndex, int firstStep, int endStep) {
    lock.lock();
    try {
      for (int step = Math.max(1, firstStep); step < endStep; step++) {
        removeCheckpoint(new CheckpointKey(storyId, shotIndex, chunkIndex, step));
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void removeShot(String storyId, int shotIndex) {
    lock.lock();
    try {
      List<SlabKey> itsSlabs =
          slabs.keySet().stream().filter(key -> key.isOf(storyId, shotIndex)).toList();
      List<CheckpointKey> itsCheckpoints =
          checkpoints.keySet().stream().filter(key -> key.isOf(storyId, shotIndex)).toList();
      itsSlabs.forEach(this::removeSlab);
      itsCheckpoints.forEach(this::removeCheckpoint);
    } finally {
      lock.unlock();
    }
  }

  private void removeSlab(SlabKey key) {
    byte[] removed = slabs.remove(key);
    slabBytes -= removed == null ? 0 : removed.length;
  }

  private void removeCheckpoint(CheckpointKey key) {
    byte[] removed = checkpoints.remove(key);
    checkpointBytes -= removed == null ? 0 : removed.length;
  }

  @Override
  public long bytes() {
    lock.lock();
    try {
      return slabBytes + checkpointBytes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      slabs.clear();
      checkpoints.clear();
      slabBytes = 0;
      checkpointBytes = 0;
      waiting.values().forEach(readers -> readers.arrived.signalAll());
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
