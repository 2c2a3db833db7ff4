package dev.longtake.picture;

import java.util.Optional;

/** What the pictures of a world come to, one after the other. */
public record PictureLoad(long bytes, long pixels) {

  /** No picture yet. */
  public static final PictureLoad NONE = new PictureLoad(0, 0);

  /** With one more. */
  public PictureLoad plus(long moreBytes, int width, int height) {
    return new PictureLoad(bytes + moreBytes, pixels + (long) width * height);
  }

  /** What is too much, as an expectation and what was found. */
  public Optional<String> excess() {
    if (bytes > PictureLimits.WORLD_BYTES_MAX) {
      return Optional.of(
          "expected at most %d bytes of pictures in all, found %d so far"
              .formatted(PictureLimits.WORLD_BYTES_MAX, bytes));
    }
    if (pixels > PictureLimits.WORLD_PIXELS_MAX) {
      return Optional.of(
          "expected at most %d pixels of pictures in all, found %d so far"
              .formatted(PictureLimits.WORLD_PIXELS_MAX, pixels));
    }
    return Optional.empty();
  }
}
