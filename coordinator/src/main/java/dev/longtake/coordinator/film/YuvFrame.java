package dev.longtake.coordinator.film;

import dev.longtake.story.FrameSize;

/**
 * RGB to limited-range Y'CbCr 4:2:0 after ITU-R BT.709, in whole numbers, so that it is the same on
 * every machine. Chroma is the mean of each 2x2 block.
 */
final class YuvFrame {

  private static final int ONE = 1 << 16;
  private static final double KR = 0.2126;
  private static final double KB = 0.0722;
  private static final double LUMA_RANGE = 219.0 / 255;
  private static final double CHROMA_RANGE = 224.0 / 255;

  private static final int YR = fixed(KR * LUMA_RANGE);
  private static final int YG = fixed((1 - KR - KB) * LUMA_RANGE);
  private static final int YB = fixed(KB * LUMA_RANGE);
  private static final int BR = fixed(-KR / (2 * (1 - KB)) * CHROMA_RANGE);
  private static final int BG = fixed(-(1 - KR - KB) / (2 * (1 - KB)) * CHROMA_RANGE);
  private static final int BB = fixed(0.5 * CHROMA_RANGE);
  private static final int RR = fixed(0.5 * CHROMA_RANGE);
  private static final int RG = fixed(-(1 - KR - KB) / (2 * (1 - KR)) * CHROMA_RANGE);
  private static final int RB = fixed(-KB / (2 * (1 - KR)) * CHROMA_RANGE);

  private final int width;
  private final int height;
  final byte[] y;
  final byte[] cb;
  final byte[] cr;

  /** Holds one frame; width and height are even. */
  YuvFrame(FrameSize size) {
    width = size.width();
    height = size.height();
    y = new byte[width * height];
    cb = new byte[width * height / 4];
    cr = new byte[width * height / 4];
  }

  private static int fixed(double value) {
    return (int) Math.round(value * ONE);
  }

  /** Takes over a frame, RGB {@code (H, W, 3)}. */
  void set(byte[] rgb) {
    for (int i = 0; i < y.length; i++) {
      int r = rgb[3 * i] & 0xFF;
      int g = rgb[3 * i + 1] & 0xFF;
      int b = rgb[3 * i + 2] & 0xFF;
      y[i] = (byte) (16 + (YR * r + YG * g + YB * b + ONE / 2) / ONE);
    }
    for (int row = 0; row < height; row += 2) {
      for (int column = 0; column < width; column += 2) {
        setChroma(rgb, row, column);
      }
    }
  }

  private void setChroma(byte[] rgb, int row, int column) {
    int r = 0;
    int g = 0;
    int b = 0;
    for (int corner = 0; corner < 4; corner++) {
      int at = 3 * ((row + corner / 2) * width + column + corner % 2);
      r += rgb[at] & 0xFF;
      g += rgb[at + 1] & 0xFF;
      b += rgb[at + 2] & 0xFF;
    }
    int at = row / 2 * (width / 2) + column / 2;
    cb[at] = (byte) (128 + Math.floorDiv(BR * r + BG * g + BB * b + 2 * ONE, 4 * ONE));
    cr[at] = (byte) (128 + Math.floorDiv(RR * r + RG * g + RB * b + 2 * ONE, 4 * ONE));
  }
}
