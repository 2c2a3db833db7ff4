package dev.longtake.coordinator.artifacts;

import java.time.Instant;

/** Artifacts and entries of the index that nobody has used for long. */
@FunctionalInterface
public interface OldArtifacts {

  /**
   * What was removed.
   *
   * @param files artifacts and entries of the index
   */
  record Removed(long files, long bytes) {

    /** Nothing. */
    public static final Removed NOTHING = new Removed(0, 0);
  }

  /** Removes what was last written or used before this moment; may take minutes. */
  Removed remove(Instant before);
}
