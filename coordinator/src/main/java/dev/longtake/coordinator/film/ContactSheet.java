package dev.longtake.coordinator.film;

import dev.longtake.story.FrameSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** One picture of the whole film: a row per shot, frames from its start to its end. */
final class ContactSheet {

  /** Frames of a row. */
  static final int COLUMNS = 6;

  private static final int CELL_WIDTH_MIN = 192;
  private static final int CELL_WIDTH_MAX = 320;
  private static final int MARGIN = 28;
  private static final int GAP = 6;
  private static final int HEAD = 74;
  private static final int LABEL = 40;
  private static final Color PAPER = new Color(0xFAF8F4);
  private static final Color INK = new Color(0x22252B);
  private static final Color FAINT = new Color(0x7B7F87);

  /**
   * A shot's row.
   *
   * @param title shot id
   * @param detail what is seen, and when
   * @param frames RGB, {@code (H, W, 3)} each; at most {@value #COLUMNS}
   */
  record Row(String title, String detail, List<byte[]> frames) {
    Row {
      frames = List.copyOf(frames);
    }
  }

  private ContactSheet() {}

  /** Which frames of a shot are shown: evenly spread, the first and the last among them. */
  static int[] picks(int frameCount) {
    int count = Math.min(COLUMNS, frameCount);
    return IntStream.range(0, count)
        .map(i -> count == 1 ? 0 : (int) ((long) i * (frameCount - 1) / (count - 1)))
        .toArray();
  }

  /** Writes the sheet as PNG. */
  static void write(Path file, String title, String detail, FrameSize size, List<Row> rows)
      throws IOException {
    int cellWidth = Math.clamp(size.width(), CELL_WIDTH_MIN, CELL_WIDTH_MAX);
    int cellHeight = (int) Math.round((double) cellWidth * size.height() / size.width());
    int width = 2 * MARGIN + COLUMNS * cellWidth + (COLUMNS - 1) * GAP;
    int height = HEAD + rows.size() * (LABEL + cellHeight) + MARGIN;
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      graphics.setColor(PAPER);
      graphics.fillRect(0, 0, width, height);
      Lettering regular = Lettering.regular();
      Lettering bold = Lettering.bold();
      double next = bold.draw(graphics, title, MARGIN, 46, 24, INK);
      regular.draw(graphics, detail, next + 16, 46, 15, FAINT);
      int y = HEAD;
      for (Row row : rows) {
        double detailX = bold.draw(graphics, row.title(), MARGIN, y + 24, 15, INK) + 12;
        String shown = regular.fit(row.detail(), 14, width - MARGIN - detailX);
        regular.draw(graphics, shown, detailX, y + 24, 14, FAINT);
        y += LABEL - 6;
        for (int i = 0; i < row.frames().size(); i++) {
          int x = MARGIN + i * (cellWidth + GAP);
          graphics.drawImage(image(row.frames().get(i), size), x, y, cellWidth, cellHeight, null);
        }
        y += cellHeight + 6;
      }
    } finally {
      graphics.dispose();
    }
    if (!ImageIO.write(sheet, "png", file.toFile())) {
      throw new IOException("this Java runtime cannot write PNG");
    }
  }

  private static BufferedImage image(byte[] rgb, FrameSize size) {
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    int[] pixels = new int[size.width() * size.height()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | (rgb[3 * i + 2] & 0xFF);
    }
    image.setRGB(0, 0, size.width(), size.height(), pixels, 0, size.width());
    return image;
  }
}
