package dev.longtake.coordinator.artifacts;

import dev.longtake.digest.Digest;

/**
 * Which tenant may name which artifact by its digest: who has handed its bytes in. To know a digest
 * is not a right to read what is under it, which may be another tenant's. Shared by all
 * coordinators of a farm; safe for any number of threads. Each call throws a {@code
 * LongtakeException} if that cannot be read or written.
 */
public final class Claims {

  private static final byte[] MARK = {'1'};

  private final IndexEntries entries;

  /** Kept among these entries, under keys of their own. */
  public Claims(IndexEntries entries) {
    this.entries = entries;
  }

  /** This tenant has handed it in; repeating it is safe. */
  public void note(String tenant, Digest digest) {
    if (!has(tenant, digest)) {
      boolean _ = entries.create(key(tenant, digest), MARK);
    }
  }

  /** Whether it has. */
  public boolean has(String tenant, Digest digest) {
    return entries.read(key(tenant, digest)).isPresent();
  }

  private static Digest key(String tenant, Digest digest) {
    return Digest.ofText("claim %s %s".formatted(tenant, digest.hex()));
  }
}
