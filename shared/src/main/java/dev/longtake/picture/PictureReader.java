package dev.longtake.picture;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Reads PNG, JPEG and WebP files as a person sees them: turned as their Exif says, colours brought
 * to sRGB, transparent parts on white, 16 bits rounded to 8.
 *
 * <p>A file is taken apart first, and its size, shape, checksums and scans are held against {@link
 * PictureLimits}; a picture that claims to be huge costs nothing. The decoder sees only the parts
 * that it needs for pixels: no comments, thumbnails, profiles or metadata. Pure, though not cheap:
 * every pixel is decoded.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">Portable Network Graphics, third edition</a>
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">ITU-T T.81</a>, annex B
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649">RFC 9649, WebP</a>
 */
public final class PictureReader {

  /** What was found. */
  public sealed interface Outcome {}

  /**
   * A picture.
   *
   * @param notes what a person should know: a profile that could not be used
   */
  public record Decoded(Pixels pixels, List<String> notes) implements Outcome {

    public Decoded {
      requireNonNull(pixels, "pixels");
      notes = List.copyOf(notes);
    }
  }

  /**
   * Not a picture we take.
   *
   * @param expected follows "expected"
   * @param found follows "found", with the way out where there is one
   */
  public record Unusable(String expected, String found) implements Outcome {}

  private PictureReader() {}

  /** Reads a file of at most {@link PictureLimits#FILE_BYTES_MAX} bytes. */
  public static Outcome read(byte[] file) {
    try {
      if (file.length > PictureLimits.FILE_BYTES_MAX) {
        throw new UnusablePictureException(
            "at most %d bytes".formatted(PictureLimits.FILE_BYTES_MAX), file.length + " bytes");
      }
      CodedPicture coded = parts(file);
      requireSize(coded.width(), coded.height());
      return new Decoded(Decoding.pixels(coded), coded.notes());
    } catch (UnusablePictureException e) {
      return new Unusable(e.expected(), e.found());
    }
  }

  private static CodedPicture parts(byte[] file) throws UnusablePictureException {
    if (PngParts.isPng(file)) {
      return PngParts.of(file);
    }
    if (JpegParts.isJpeg(file)) {
      return JpegParts.of(file);
    }
    if (WebpParts.isWebp(file)) {
      return WebpParts.of(file);
    }
    throw new UnusablePictureException(FirstBytes.name(file));
  }

  private static void requireSize(int width, int height) throws UnusablePictureException {
    String found =
        "%s x %s".formatted(Integer.toUnsignedString(width), Integer.toUnsignedString(height));
    if (width <= 0 || height <= 0 || (long) width * height > PictureLimits.PIXELS_MAX) {
      throw new UnusablePictureException(
          "1 to %d pixels".formatted(PictureLimits.PIXELS_MAX), found);
    }
    int ratio = PictureLimits.SIDE_RATIO_MAX;
    if (Math.max(width, height) > (long) ratio * Math.min(width, height)) {
      throw new UnusablePictureException("sides of at most %d : 1".formatted(ratio), found);
    }
  }
}
