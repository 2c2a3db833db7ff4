package dev.longtake.picture;

import java.util.List;

/**
 * Decodes samples to light, mixes it, and codes it as sRGB; what sRGB cannot show is clipped.
 * Tables stand for the curves; all that is computed is the same on every machine.
 */
final class LightTransform implements ColorTransform {

  private static final int LEVELS = 1 << 16;
  private static final byte[] CODED = coded();

  private final int channels;
  private final double[] matrix;
  private final double[][] light;

  /**
   * @param toSrgb from the samples' light to sRGB's, row by row
   * @param colors how red, green and blue are coded
   * @param channels 1 for grey, which has as much of each colour, or 3
   */
  LightTransform(double[] toSrgb, List<Transfer> colors, int channels, int sampleMax) {
    this.channels = channels;
    this.matrix = toSrgb;
    this.light = colors.stream().map(color -> table(color, sampleMax)).toArray(double[][]::new);
  }

  private static double[] table(Transfer transfer, int sampleMax) {
    double[] table = new double[sampleMax + 1];
    for (int i = 0; i <= sampleMax; i++) {
      table[i] = transfer.decode((double) i / sampleMax);
    }
    return table;
  }

  /** For each level of light the sRGB byte whose own light is nearest. */
  private static byte[] coded() {
    byte[] coded = new byte[LEVELS];
    int value = 0;
    for (int level = 0; level < LEVELS; level++) {
      double light = (double) level / (LEVELS - 1);
      while (value < 255 && light >= Transfer.SRGB.decode((value + 0.5) / 255)) {
        value++;
      }
      coded[level] = (byte) value;
    }
    return coded;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void apply(int[] samples, int count, byte[] rgb) {
    for (int i = 0; i < count; i++) {
      double red = light[0][samples[i * channels]];
      double green = light[1][samples[channels == 1 ? i : 3 * i + 1]];
      double blue = light[2][samples[channels == 1 ? i : 3 * i + 2]];
      for (int color = 0; color < Pixels.COLORS; color++) {
        double mixed =
            matrix[3 * color] * red + matrix[3 * color + 1] * green + matrix[3 * color + 2] * blue;
        int level = (int) (Math.clamp(mixed, 0.0, 1.0) * (LEVELS - 1) + 0.5);
        rgb[i * Pixels.COLORS + color] = CODED[level];
      }
    }
  }
}
