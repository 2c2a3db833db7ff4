package dev.longtake.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a coded picture has to be turned and mirrored to stand upright.
 *
 * @see <a href="https://www.cipa.jp/std/documents/e/DC-X008-Translation-2019-E.pdf">Exif 2.32</a>,
 *     4.6.4, tag 274
 */
enum Orientation {
  // In the order of the tag's values, from 1.
  UPRIGHT(false, false, false),
  MIRRORED(true, false, false),
  TURNED_180(true, true, false),
  UPSIDE_DOWN(false, true, false),
  TRANSPOSED(false, false, true),
  TURNED_90(false, true, true),
  TRANSVERSED(true, true, true),
  TURNED_270(true, false, true);

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int LITTLE = 0x4949;
  private static final int BIG = 0x4D4D;
  private static final int ENTRY_BYTES = 12;

  private final boolean flipsColumns;
  private final boolean flipsRows;
  private final boolean swapsSides;

  /**
   * @param flipsColumns whether the source's columns are read from the right
   * @param flipsRows whether the source's rows are read from below
   * @param swapsSides whether the source's rows become columns
   */
  Orientation(boolean flipsColumns, boolean flipsRows, boolean swapsSides) {
    this.flipsColumns = flipsColumns;
    this.flipsRows = flipsRows;
    this.swapsSides = swapsSides;
  }

  /** What an Exif block says, which begins as a TIFF file; upright if it says nothing sound. */
  static Orientation ofExif(byte[] exif) {
    ByteBuffer bytes = ByteBuffer.wrap(exif);
    if (exif.length < 8) {
      return UPRIGHT;
    }
    switch (bytes.getShort(0)) {
      case LITTLE -> bytes.order(ByteOrder.LITTLE_ENDIAN);
      case BIG -> bytes.order(ByteOrder.BIG_ENDIAN);
      default -> {
        return UPRIGHT;
      }
    }
    long directory = Integer.toUnsignedLong(bytes.getInt(4));
    if (directory > exif.length - 2) {
      return UPRIGHT;
    }
    int count = Short.toUnsignedInt(bytes.getShort((int) directory));
    long at = directory + 2;
    for (int i = 0; i < count && at <= exif.length - ENTRY_BYTES; i++, at += ENTRY_BYTES) {
      int entry = (int) at;
      if (Short.toUnsignedInt(bytes.getShort(entry)) == TAG
          && Short.toUnsignedInt(bytes.getShort(entry + 2)) == SHORT) {
        return ofValue(Short.toUnsignedInt(bytes.getShort(entry + 8)));
      }
    }
    return UPRIGHT;
  }

  private static Orientation ofValue(int value) {
    return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
  }

  /** The picture upright. */
  Pixels upright(Pixels coded) {
    if (this == UPRIGHT) {
      return coded;
    }
    int width = swapsSides ? coded.height() : coded.width();
    int height = swapsSides ? coded.width() : coded.height();
    byte[] rgb = new byte[coded.rgb().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = swapsSides ? y : x;
        int row = swapsSides ? x : y;
        int fromX = flipsColumns ? coded.width() - 1 - column : column;
        int fromY = flipsRows ? coded.height() - 1 - row : row;
        int from = (fromY * coded.width() + fromX) * Pixels.COLORS;
        System.arraycopy(coded.rgb(), from, rgb, (y * width + x) * Pixels.COLORS, Pixels.COLORS);
      }
    }
    return new Pixels(rgb, width, height);
  }
}
