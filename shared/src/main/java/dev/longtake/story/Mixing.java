package dev.longtake.story;

/** Weighted sums of RGB frames, in whole numbers. */
final class Mixing {

  private Mixing() {}

  /** {@code (a * (parts - bParts) + b * bParts) / parts}, rounded to the nearest. */
  static byte[] mix(byte[] a, byte[] b, int bParts, int parts) {
    byte[] out = new byte[a.length];
    int aParts = parts - bParts;
    for (int i = 0; i < a.length; i++) {
      out[i] = weighted(a[i] & 0xFF, aParts, b[i] & 0xFF, bParts, parts);
    }
    return out;
  }

  /** As {@link #mix}, with one colour {@code 0xRRGGBB} in place of {@code b}. */
  static byte[] tint(byte[] a, int colorRgb, int colorParts, int parts) {
    int[] color = {colorRgb >> 16 & 0xFF, colorRgb >> 8 & 0xFF, colorRgb & 0xFF};
    byte[] out = new byte[a.length];
    int aParts = parts - colorParts;
    for (int i = 0; i < a.length; i++) {
      out[i] = weighted(a[i] & 0xFF, aParts, color[i % 3], colorParts, parts);
    }
    return out;
  }

  private static byte weighted(int a, int aParts, int b, int bParts, int parts) {
    return (byte) ((a * aParts + b * bParts + parts / 2) / parts);
  }
}
