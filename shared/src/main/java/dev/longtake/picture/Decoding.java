package dev.longtake.picture;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * From the essence of a file to pixels. The platform's decoders are named, so that what else lies
 * on the class path changes nothing; only their samples are used, never their idea of colours.
 */
final class Decoding {

  private static final int WHITE = 255;
  private static final int OPAQUE = 255;

  private Decoding() {}

  /** Decodes, brings to sRGB, lays on white and turns upright. */
  static Pixels pixels(CodedPicture coded) throws UnusablePictureException {
    try {
      ImageReader reader = reader(coded.format());
      try (var input = new EndingStream(coded.essence())) {
        reader.setInput(input);
        return coded.orientation().upright(read(reader, coded));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) { // Decoders throw anything at damaged files.
      throw new UnusablePictureException("a damaged picture (%s)".formatted(reason(e)));
    }
  }

  /** Ends a decoder that reads on and on behind the end and takes it for what it looks for. */
  private static final class EndingStream extends MemoryCacheImageInputStream {

    /** Decoders look a few bytes ahead, each time anew. */
    private static final int ENDS_MAX = 4096;

    private int ends;

    private EndingStream(byte[] content) {
      super(new ByteArrayInputStream(content));
    }

    @Override
    public int read() throws IOException {
      int found = super.read();
      if (found < 0 && ++ends > ENDS_MAX) {
        throw new IOException("it ends too early");
      }
      return found;
    }
  }

  private static String reason(Exception failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }

  private static ImageReader reader(CodedPicture.Format format) throws IOException {
    return switch (format) {
      case PNG -> ofPlatform("png");
      case JPEG, JPEG_CMYK, JPEG_CMYK_INVERTED, JPEG_YCCK -> ofPlatform("jpeg");
      case WEBP -> new WebPImageReaderSpi().createReaderInstance(null);
    };
  }

  private static ImageReader ofPlatform(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getModule().equals(ImageIO.class.getModule())) {
        return reader;
      }
      reader.dispose();
    }
    throw new IllegalStateException("this Java runtime reads no " + format);
  }

  private static Pixels read(ImageReader reader, CodedPicture coded) throws IOException {
    return switch (coded.format()) {
      case PNG, JPEG, WEBP -> {
        var image = reader.read(0);
        var palette = image.getColorModel() instanceof IndexColorModel model ? model : null;
        boolean hasPalette = palette != null && coded.colors().channels() == Pixels.COLORS;
        yield new Rows(coded, image.getRaster(), hasPalette ? palette : null).pixels();
      }
      case JPEG_CMYK, JPEG_CMYK_INVERTED, JPEG_YCCK ->
          new Rows(coded, reader.readRaster(0, null), null).pixels();
    };
  }

  /** One picture, row by row. */
  private static final class Rows {

    private final CodedPicture coded;
    private final Raster raster;
    private final @Nullable IndexColorModel palette;
    private final int width;
    private final int colors;
    private final int[] samples;
    private final int[] alpha;

    private Rows(CodedPicture coded, Raster raster, @Nullable IndexColorModel palette) {
      this.coded = coded;
      this.raster = raster;
      this.palette = palette;
      this.width = raster.getWidth();
      this.colors = coded.colors().channels();
      this.samples = new int[width * colors];
      this.alpha = new int[width];
      if (width != coded.width() || raster.getHeight() != coded.height()) {
        throw new IllegalStateException(
            "%d x %d pixels instead of %d x %d"
                .formatted(width, raster.getHeight(), coded.width(), coded.height()));
      }
    }

    private Pixels pixels() {
      int height = raster.getHeight();
      byte[] rgb = new byte[Pixels.COLORS * height * width];
      byte[] row = new byte[Pixels.COLORS * width];
      int[] read = null;
      for (int y = 0; y < height; y++) {
        read = raster.getPixels(0, y, width, 1, read);
        split(read);
        coded.colors().apply(samples, width, row);
        layOnWhite(row);
        System.arraycopy(row, 0, rgb, y * row.length, row.length);
      }
      return new Pixels(rgb, width, height);
    }

    private void split(int[] read) {
      switch (coded.format()) {
        case JPEG_CMYK -> splitInks(read, false);
        case JPEG_CMYK_INVERTED -> splitInks(read, true);
        case JPEG_YCCK -> splitDifferences(read);
        case PNG, JPEG, WEBP -> {
          IndexColorModel model = palette;
          if (model != null) {
            splitPalette(read, model);
          } else {
            splitColors(read);
          }
        }
      }
    }

    private void splitPalette(int[] read, IndexColorModel model) {
      for (int x = 0; x < width; x++) {
        int argb = model.getRGB(read[x]);
        alpha[x] = argb >>> 24;
        samples[3 * x] = argb >>> 16 & 0xff;
        samples[3 * x + 1] = argb >>> 8 & 0xff;
        samples[3 * x + 2] = argb & 0xff;
      }
    }

    private void splitColors(int[] read) {
      int bands = raster.getNumBands();
      List<Integer> none = coded.transparent();
      for (int x = 0; x < width; x++) {
        boolean isNone = none.size() == colors;
        for (int color = 0; color < colors; color++) {
          int sample = read[x * bands + color];
          samples[x * colors + color] = sample;
          isNone = isNone && none.get(color) == sample;
        }
        int opacity =
            bands > colors
                ? CodedAsSrgb.rounded(read[x * bands + colors], coded.sampleMax())
                : OPAQUE;
        alpha[x] = isNone ? 0 : opacity;
      }
    }

    private void splitInks(int[] read, boolean isInverted) {
      for (int i = 0; i < samples.length; i++) {
        samples[i] = isInverted ? 255 - read[i] : read[i];
      }
      Arrays.fill(alpha, OPAQUE);
    }

    /** ITU-T T.871, 7; the colours that come out are the inks. */
    private void splitDifferences(int[] read) {
      for (int x = 0; x < width; x++) {
        int luminance = read[4 * x];
        int blue = read[4 * x + 1] - 128;
        int red = read[4 * x + 2] - 128;
        samples[4 * x] = byteOf(luminance + 1.402 * red);
        samples[4 * x + 1] = byteOf(luminance - 0.344136 * blue - 0.714136 * red);
        samples[4 * x + 2] = byteOf(luminance + 1.772 * blue);
        samples[4 * x + 3] = 255 - read[4 * x + 3];
      }
      Arrays.fill(alpha, OPAQUE);
    }

    private static int byteOf(double value) {
      return Math.clamp(Math.round(value), 0, 255);
    }

    private void layOnWhite(byte[] row) {
      for (int x = 0; x < width; x++) {
        for (int i = 3 * x; alpha[x] != OPAQUE && i < 3 * x + 3; i++) {
          int color = Byte.toUnsignedInt(row[i]);
          row[i] = (byte) ((alpha[x] * color + (OPAQUE - alpha[x]) * WHITE + 127) / 255);
        }
      }
    }
  }
}
