package dev.longtake.render.transfer;

import dev.longtake.digest.Digest;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import java.time.Duration;
import java.util.List;
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

  /**
   * Keeps a chunk's state for whoever holds the chunk next; keeping it again changes nothing.
   * Throws DETERMINISM_VIOLATED if other bytes are kept there, LIMIT_REACHED if there is no room.
   *
   * @param lease of the chunk
   * @param stepIndex denoise steps done
   */
  void putCheckpoint(LeaseToken lease, int stepIndex, byte[] content);

  /** A chunk's state; empty if it is not there. */
  Optional<byte[]> getCheckpoint(CheckpointKey key);

  /** The bytes of an artifact, checked against the digest. */
  byte[] getArtifact(Digest digest);

  /** Stores an artifact; storing it again changes nothing. */
  void putArtifact(Digest digest, byte[] content);

  /** Has lines about leases of this worker kept, for people; again changes nothing. */
  void putLines(List<LogLine> lines);
}
