package dev.longtake.vae;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The last few frames that went into one layer, in the order they came. */
final class FrameCache {

  private final Tensor storage;
  private int count;

  /**
   * @param storage {@code (P, H, W, C)}, what at most P frames need
   */
  FrameCache(Tensor storage) {
    this.storage = storage;
  }

  /** The frames kept, at most P, the newest last; null if there are none yet. */
  @Nullable Tensor frames() {
    return count == 0 ? null : storage.slice(storage.dim(0) - count, count);
  }

  /** Takes in frames {@code (T, H, W, C)}, forgetting the oldest. */
  void push(Backend backend, Tensor x) {
    int capacity = storage.dim(0);
    int frameCount = x.dim(0);
    if (frameCount >= capacity) {
      backend.copy(storage, x.slice(frameCount - capacity, capacity));
    } else {
      for (int i = 0; i + frameCount < capacity; i++) {
        backend.copy(storage.slice(i, 1), storage.slice(i + frameCount, 1));
      }
      backend.copy(storage.slice(capacity - frameCount, frameCount), x);
    }
    count = Math.min(capacity, count + frameCount);
  }
}
