package dev.longtake.loadtest.methods;

import dev.longtake.picture.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** What a film looks like at a glance. */
final class Strip {

  private static final int SHOWN = 8;

  private Strip() {}

  /** Frames of a film, evenly spread, side by side, at half their size, as PNG. */
  static byte[] png(Footage footage) throws IOException {
    int count = Math.min(SHOWN, footage.frames().size());
    Pixels first = footage.frames().getFirst();
    int width = first.width() / 2;
    int height = first.height() / 2;
    var image = new BufferedImage(count * width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < count; i++) {
      int index = (int) ((long) i * (footage.frames().size() - 1) / Math.max(1, count - 1));
      byte[] rgb = footage.frames().get(index).rgb();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int at = Pixels.COLORS * (2 * y * first.width() + 2 * x);
          image.setRGB(
              i * width + x,
              y,
              ((rgb[at] & 0xFF) << 16) | ((rgb[at + 1] & 0xFF) << 8) | (rgb[at + 2] & 0xFF));
        }
      }
    }
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
