package dev.longtake.latent;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.Optional;

/**
 * Holds slabs between the chunk that publishes and the one that reads them. Nothing is decided by
 * it: what it holds is immutable and can be made again. Safe for any number of threads.
 */
public interface LatentStore extends AutoCloseable {

  /**
   * Stores a slab, unless the key is taken.
   *
   * @param payload as {@link SlabCodec} gives it; not changed by anyone afterwards
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if the store is full, {@link
   *     ErrorCode#UNAVAILABLE} if it is closed or has lost its members
   */
  PutOutcome put(SlabKey key, byte[] payload);

  /**
   * Waits until the slab is there.
   *
   * @return its payload, not to be changed; empty when {@code timeout} has passed
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the store is or gets closed, or
   *     the thread is interrupted (the flag stays set)
   */
  Optional<byte[]> await(SlabKey key, Duration timeout);

  /** Forgets all slabs of a shot. Waiting readers keep waiting. */
  void removeShot(String storyId, int shotIndex);

  /** Bytes of all payloads held here. */
  long bytes();

  /** Lets go of everything; waiting readers fail. */
  @Override
  void close();
}
