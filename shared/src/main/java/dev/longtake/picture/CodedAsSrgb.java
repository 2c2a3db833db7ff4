package dev.longtake.picture;

/**
 * Samples that are sRGB already, grey ones too: only rounded to 8 bits.
 *
 * @param channels 1 for grey, 3 for red, green and blue
 */
record CodedAsSrgb(int channels, int sampleMax) implements ColorTransform {

  @Override
  public void apply(int[] samples, int count, byte[] rgb) {
    for (int i = 0; i < count; i++) {
      for (int color = 0; color < Pixels.COLORS; color++) {
        int sample = samples[channels == 1 ? i : i * Pixels.COLORS + color];
        rgb[i * Pixels.COLORS + color] = (byte) rounded(sample, sampleMax);
      }
    }
  }

  /** A sample as one of 8 bits. */
  static int rounded(int sample, int sampleMax) {
    return (int) ((sample * 510L + sampleMax) / (2L * sampleMax));
  }
}
