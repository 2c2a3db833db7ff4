package dev.longtake.render.transfer;

import dev.longtake.digest.Digest;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.ShotInputs;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what orders name, each thing once however many orders name it: a shot's pictures, a
 * shot's latents. Used by the engine's thread; the fetching is done in the background.
 */
public final class Fetches {

  private final FarmStores stores;
  private final Background background;
  private final Runnable wake;
  private final Map<ShotInputs, CompletableFuture<Map<Digest, byte[]>>> pictures = new HashMap<>();
  private final Map<Digest, CompletableFuture<Latents>> latents = new HashMap<>();

  public Fetches(FarmStores stores, Background background, Runnable wake) {
    this.stores = stores;
    this.background = background;
    this.wake = wake;
  }

  /** The files of a shot's references. */
  public CompletableFuture<Map<Digest, byte[]>> pictures(ShotInputs shot) {
    return once(pictures, shot, () -> fetchPictures(shot));
  }

  private CompletableFuture<Map<Digest, byte[]>> fetchPictures(ShotInputs shot) {
    Map<Digest, byte[]> files = new ConcurrentHashMap<>();
    CompletableFuture<?>[] parts =
        shot.prompt().references().stream()
            .map(ReferencePicture::digest)
            .distinct()
            .map(
                digest ->
                    Retry.until(background, wake, () -> Optional.of(stores.getArtifact(digest)))
                        .thenAccept(file -> files.put(digest, file)))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(parts).thenApply(_ -> files);
  }

  /** The latents of a whole shot. */
  public CompletableFuture<Latents> latents(Digest digest) {
    return once(
        latents,
        digest,
        () ->
            Retry.until(
                background,
                wake,
                () -> Optional.of(LatentsCodec.decode(stores.getArtifact(digest)))));
  }

  private <K, T> CompletableFuture<T> once(
      Map<K, CompletableFuture<T>> known, K key, Supplier<CompletableFuture<T>> fetch) {
    @Nullable CompletableFuture<T> before = known.get(key);
    if (before != null && !before.isCompletedExceptionally()) {
      return before;
    }
    CompletableFuture<T> future = fetch.get();
    known.put(key, future);
    return future;
  }

  /** Forgets everything else. */
  public void keepOnly(Set<ShotInputs> shots, Set<Digest> latentsDigests) {
    keepOnly(pictures, shots);
    keepOnly(latents, latentsDigests);
  }

  private static <K, T> void keepOnly(Map<K, CompletableFuture<T>> known, Set<K> kept) {
    Iterator<Map.Entry<K, CompletableFuture<T>>> entries = known.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<K, CompletableFuture<T>> entry = entries.next();
      if (!kept.contains(entry.getKey())) {
        entry.getValue().cancel(false);
        entries.remove();
      }
    }
  }
}
