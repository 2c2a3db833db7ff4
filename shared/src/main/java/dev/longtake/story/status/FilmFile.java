package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import java.util.regex.Pattern;

/**
 * One file of a film.
 *
 * @param name path inside the film's folder with forward slashes: {@code film.mp4}, {@code
 *     shots/lion.mp4}; never absolute, never leading out of the folder
 */
public record FilmFile(String name, Digest digest, long sizeBytes) {

  private static final Pattern NAME =
      Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");

  public FilmFile {
    require(
        name.length() <= 200 && NAME.matcher(name).matches(),
        "expected a relative path of letters, digits, '.', '_' and '-', found \"%s\"",
        name);
    requireNonNull(digest, "digest");
    require(sizeBytes >= 0, "sizeBytes is negative: %d", sizeBytes);
  }
}
