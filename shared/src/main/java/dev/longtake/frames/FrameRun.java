package dev.longtake.frames;

import static dev.longtake.error.Require.require;

/**
 * Consecutive frames.
 *
 * @param rgb {@code (count, height, width, 3)}, one byte a colour; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record FrameRun(int width, int height, int count, byte[] rgb) {

  public FrameRun {
    require(
        width > 0 && height > 0 && count > 0,
        "expected positive axes, found %d frames of %dx%d",
        count,
        width,
        height);
    require(
        (long) width * height * count * 3 == rgb.length,
        "expected %d frames of %dx%d RGB, found %d bytes",
        count,
        width,
        height,
        rgb.length);
  }

  /** Bytes of one frame. */
  public int frameBytes() {
    return width * height * 3;
  }
}
