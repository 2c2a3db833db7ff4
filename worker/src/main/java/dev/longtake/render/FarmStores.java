package dev.longtake.render;

import dev.longtake.digest.Digest;
import dev.longtake.latent.SlabKey;
import java.time.Duration;
import java.util.Optional;

/**
 * The farm's stores as a worker sees them. Calls block, are made on background threads, and throw
 * {@link dev.longtake.error.LongtakeException}; those of a retryable kind are repeated.
 */
public interface FarmStores {

  /**
   * Publishes a slab for a neighbour on another worker; publishing it again changes nothing. Throws
   * DETERMINISM_VIOLATED if the key holds other bytes.
   */
  void putSlab(SlabKey key, byte[] payload);

  /** Answers as soon as the slab is there; empty if it is not after {@code wait}. */
  Optional<byte[]> awaitSlab(SlabKey key, Duration wait);

  /** The bytes of an artifact, checked against the digest. */
  byte[] getArtifact(Digest digest);

  /** Stores an artifact; storing it again changes nothing. */
  void putArtifact(Digest digest, byte[] content);
}
