package dev.longtake.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;

/**
 * A reference picture, by what is in it.
 *
 * @param fileName as written in the world file; for messages only
 * @param digest of the file's bytes
 * @param width in pixels
 * @param height in pixels
 */
public record Picture(String fileName, Digest digest, int width, int height) {

  public Picture {
    requireNonNull(fileName, "fileName");
    requireNonNull(digest, "digest");
    require(width > 0, "width is not positive: %d", width);
    require(height > 0, "height is not positive: %d", height);
  }
}
