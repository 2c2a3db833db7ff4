package dev.longtake.coordinator.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;

/**
 * One file of a finished film.
 *
 * @param name path inside the film's folder, with slashes: {@code shots/lion.mp4}
 */
public record FilmFile(String name, Digest digest, long sizeBytes) {

  public FilmFile {
    require(!name.isEmpty(), "name is empty");
    requireNonNull(digest, "digest");
    require(sizeBytes >= 0, "sizeBytes is negative: %d", sizeBytes);
  }
}
