package dev.longtake.picture;

import static dev.longtake.error.Require.require;

/**
 * A picture as a person sees it: upright, in sRGB, on white.
 *
 * @param rgb {@code (height, width, 3)}, one byte a colour; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Pixels(byte[] rgb, int width, int height) {

  /** Colours of a pixel. */
  public static final int COLORS = 3;

  public Pixels {
    require(
        width > 0 && height > 0 && rgb.length == (long) COLORS * width * height,
        "a picture of %d x %d has %d bytes",
        width,
        height,
        rgb.length);
  }
}
