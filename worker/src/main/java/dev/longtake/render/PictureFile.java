package dev.longtake.render;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.picture.PictureLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads the file of a reference picture. */
final class PictureFile {

  /** Longer strips would be scaled to sizes that no memory holds. */
  private static final int SIDE_RATIO_MAX = 20;

  private PictureFile() {}

  /**
   * A picture's pixels.
   *
   * @param rgb {@code (height, width, 3)}, one byte a colour
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Pixels(byte[] rgb, int width, int height) {}

  /**
   * Decodes a PNG or JPEG. Its size is checked before its pixels are touched; transparent parts
   * become white.
   *
   * @throws LongtakeException PICTURE_INVALID if it is neither, or larger than allowed
   */
  static Pixels read(byte[] file, String name) {
    try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw invalid(name, "expected a PNG or JPEG, found another format");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(input);
        checkSize(reader.getWidth(0), reader.getHeight(0), name);
        return pixels(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new LongtakeException(
          ErrorCode.PICTURE_INVALID, "picture " + name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void checkSize(int width, int height, String name) {
    if ((long) width * height > PictureLimits.PIXELS_MAX) {
      throw invalid(
          name,
          "expected at most %d pixels, found %d x %d"
              .formatted(PictureLimits.PIXELS_MAX, width, height));
    }
    if (Math.max(width, height) > (long) SIDE_RATIO_MAX * Math.min(width, height)) {
      throw invalid(
          name,
          "expected sides of at most %d : 1, found %d x %d"
              .formatted(SIDE_RATIO_MAX, width, height));
    }
  }

  private static LongtakeException invalid(String name, String problem) {
    return new LongtakeException(ErrorCode.PICTURE_INVALID, "picture " + name + ": " + problem);
  }

  private static Pixels pixels(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * height * width];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int alpha = row[x] >>> 24;
        for (int c = 0; c < 3; c++) {
          int value = (row[x] >>> (16 - 8 * c)) & 0xff;
          rgb[(y * width + x) * 3 + c] = (byte) ((alpha * value + (255 - alpha) * 255 + 127) / 255);
        }
      }
    }
    return new Pixels(rgb, width, height);
  }
}
