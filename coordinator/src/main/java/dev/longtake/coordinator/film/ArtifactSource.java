package dev.longtake.coordinator.film;

import dev.longtake.digest.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Opens the bytes of an artifact. */
@FunctionalInterface
public interface ArtifactSource {

  /**
   * Opens an artifact for reading from its start.
   *
   * @throws IOException if it is not there or cannot be read
   */
  InputStream open(Digest digest) throws IOException;
}
