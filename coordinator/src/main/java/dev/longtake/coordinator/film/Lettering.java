package dev.longtake.coordinator.film;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.OTFParser;
import org.apache.fontbox.ttf.OpenTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * Draws text from the outlines of a font that comes with the program.
 *
 * <p>Java's own text drawing takes the machine's fonts: many servers have none, and two that have
 * would draw two different sheets of one film. For several threads: the font reads itself as it is
 * asked.
 */
final class Lettering {

  private static final String FOLDER = "/com/formdev/flatlaf/fonts/inter/";

  private static final Map<String, Lettering> READ = new HashMap<>();

  private final OpenTypeFont font;
  private final CmapLookup glyphs;

  private Lettering(OpenTypeFont font) throws IOException {
    this.font = font;
    this.glyphs = font.getUnicodeCmapLookup();
  }

  static Lettering regular() throws IOException {
    return of("Inter-Regular.otf");
  }

  static Lettering bold() throws IOException {
    return of("Inter-SemiBold.otf");
  }

  /** Read once in a process: that takes longer than to draw a sheet's words. */
  private static Lettering of(String file) throws IOException {
    synchronized (READ) {
      Lettering lettering = READ.get(file);
      if (lettering == null) {
        lettering = load(file);
        READ.put(file, lettering);
      }
      return lettering;
    }
  }

  private static Lettering load(String file) throws IOException {
    try (InputStream in = Lettering.class.getResourceAsStream(FOLDER + file)) {
      return new Lettering(
          new OTFParser().parse(new RandomAccessReadBuffer(Objects.requireNonNull(in, file))));
    }
  }

  /** Width of the text in pixels at this size. */
  synchronized double width(String text, double pixels) throws IOException {
    double units = 0;
    for (int c : text.codePoints().toArray()) {
      units += font.getAdvanceWidth(glyphs.getGlyphId(c));
    }
    return units * pixels / font.getUnitsPerEm();
  }

  /** Draws the text with its baseline at y; returns where the next text would begin. */
  synchronized double draw(
      Graphics2D graphics, String text, double x, double y, double pixels, Color color)
      throws IOException {
    double scale = pixels / font.getUnitsPerEm();
    graphics.setColor(color);
    for (int c : text.codePoints().toArray()) {
      int glyph = glyphs.getGlyphId(c);
      GeneralPath outline = font.getCFF().getFont().getType2CharString(glyph).getPath();
      AffineTransform place = new AffineTransform(scale, 0, 0, -scale, x, y);
      graphics.fill(place.createTransformedShape(outline));
      x += font.getAdvanceWidth(glyph) * scale;
    }
    return x;
  }

  /** The text, or as much of it as fits with an ellipsis. */
  String fit(String text, double pixels, double widthMax) throws IOException {
    if (width(text, pixels) <= widthMax) {
      return text;
    }
    String cut = text;
    while (!cut.isEmpty() && width(cut + "…", pixels) > widthMax) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1)).stripTrailing();
    }
    return cut + "…";
  }
}
