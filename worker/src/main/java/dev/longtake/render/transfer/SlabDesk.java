package dev.longtake.render.transfer;

import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.plan.ShotInputs;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Carries slabs between neighbouring chunks: inside this worker by hand, to and from other workers
 * through the farm's store. Used by the engine's thread; the store is called in the background.
 *
 * <p>A slab handed over inside the worker is kept until its one reader has taken it or its shot has
 * left the worker.
 */
public final class SlabDesk {

  private final FarmStores stores;
  private final Background background;
  private final Duration wait;
  private final Runnable wake;
  private final Map<SlabKey, Slab> kept = new HashMap<>();

  /**
   * An empty one.
   *
   * @param wait after so long a slab is asked for again
   */
  public SlabDesk(FarmStores stores, Background background, Duration wait, Runnable wake) {
    this.stores = stores;
    this.background = background;
    this.wait = wait;
    this.wake = wake;
  }

  /** Keeps a slab for a neighbour on this worker. */
  public void keep(SlabKey key, Slab slab) {
    kept.put(key, slab);
  }

  /** Takes what {@link #keep} was given; null if it was not, or was taken. */
  @Nullable
  public Slab take(SlabKey key) {
    return kept.remove(key);
  }

  /** Forgets what is kept for any other shot. */
  public void keepOnly(Set<ShotInputs> shots) {
    kept.keySet()
        .removeIf(
            key ->
                shots.stream()
                    .noneMatch(
                        shot -> key.isOf(shot.address().storyId(), shot.address().shotIndex())));
  }

  /**
   * Sends a slab to the store. The future fails with DETERMINISM_VIOLATED if other bytes are there.
   */
  public CompletableFuture<SlabKey> send(SlabKey key, byte[] payload) {
    return Retry.until(background, wake, () -> Optional.of(put(key, payload)));
  }

  private SlabKey put(SlabKey key, byte[] payload) {
    stores.putSlab(key, payload);
    return key;
  }

  /**
   * Waits for a slab to come to the store; cancel it if it is no longer wanted. One that is damaged
   * is asked for again, in case that happened on its way; then the future fails with DATA_CORRUPT.
   */
  public CompletableFuture<Slab> fetch(SlabKey key) {
    return Retry.until(background, wake, () -> stores.awaitSlab(key, wait).map(SlabCodec::decode));
  }
}
