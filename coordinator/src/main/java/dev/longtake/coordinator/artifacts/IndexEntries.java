package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;
import dev.longtake.error.LongtakeException;
import java.util.Optional;

/**
 * Small entries under a key, shared by all coordinators of a farm. An entry is there whole or not
 * at all. Safe for any number of threads.
 *
 * <p>Each call throws a {@link LongtakeException} if the entry cannot be read or written.
 */
public interface IndexEntries {

  /** Bytes of the largest entry; a larger one is not read. */
  int ENTRY_BYTES_MAX = 1 << 22;

  /** The entry of this key. */
  Optional<byte[]> read(Digest key);

  /** Writes the entry if there is none: of several who do, one gets true. */
  boolean create(Digest key, byte[] entry);

  /** Writes the entry, whatever there was. */
  void replace(Digest key, byte[] entry);
}
