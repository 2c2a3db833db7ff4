package dev.longtake.picture;

import java.util.List;

/**
 * A picture file taken apart, before any pixel is decoded.
 *
 * @param width in pixels, as coded: before it is turned
 * @param height in pixels, as coded
 * @param sampleMax the largest sample, e.g. 255
 * @param colors from samples to sRGB
 * @param transparent samples that stand for nothing at all; empty for none
 * @param essence the file again, with nothing in it but what its decoder needs for pixels
 * @param notes what a person should know
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record CodedPicture(
    Format format,
    int width,
    int height,
    int sampleMax,
    Orientation orientation,
    ColorTransform colors,
    List<Integer> transparent,
    byte[] essence,
    List<String> notes) {

  /** Who decodes the essence, and what its samples are. */
  enum Format {
    PNG,
    JPEG,
    /** Four inks. */
    JPEG_CMYK,
    /** Four inks as programs by Adobe write them: 255 is none. */
    JPEG_CMYK_INVERTED,
    /** The same, the first three as luminance and two differences. */
    JPEG_YCCK,
    WEBP
  }

  CodedPicture {
    transparent = List.copyOf(transparent);
    notes = List.copyOf(notes);
  }
}
