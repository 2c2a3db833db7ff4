package dev.longtake.consistency.look;

import dev.longtake.picture.Pixels;

/**
 * A picture in CIELAB (D65), where equal distances look about equally different.
 *
 * <p>Tables stand for the curves: 256 entries for sRGB's and {@value #CUBE_STEPS} for the cube
 * root, which is within 0.1 of the exact value.
 *
 * @param l lightness, 0 to 100
 * @param a from green to red
 * @param b from blue to yellow
 * @see <a href="https://www.color.org/chardata/rgb/srgb.xalter">IEC 61966-2-1, sRGB</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record LabPicture(float[] l, float[] a, float[] b, int width, int height) {

  private static final int CUBE_STEPS = 1 << 15;
  private static final float[] LINEAR = linear();
  private static final float[] CUBE = cube();

  private static float[] linear() {
    float[] table = new float[256];
    for (int i = 0; i < table.length; i++) {
      double value = i / 255.0;
      table[i] =
          (float) (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
    }
    return table;
  }

  private static float[] cube() {
    float[] table = new float[CUBE_STEPS + 2];
    double delta = 6.0 / 29;
    for (int i = 0; i < table.length; i++) {
      double value = (double) i / CUBE_STEPS;
      table[i] =
          (float)
              (value > delta * delta * delta
                  ? Math.cbrt(value)
                  : value / (3 * delta * delta) + 4.0 / 29);
    }
    return table;
  }

  private static float cube(float value) {
    return CUBE[Math.clamp(Math.round(value * CUBE_STEPS), 0, CUBE_STEPS + 1)];
  }

  /** The picture's colours. */
  public static LabPicture of(Pixels picture) {
    int count = picture.width() * picture.height();
    byte[] rgb = picture.rgb();
    float[] l = new float[count];
    float[] a = new float[count];
    float[] b = new float[count];
    for (int i = 0; i < count; i++) {
      float red = LINEAR[rgb[3 * i] & 0xFF];
      float green = LINEAR[rgb[3 * i + 1] & 0xFF];
      float blue = LINEAR[rgb[3 * i + 2] & 0xFF];
      float x = cube((0.4124564f * red + 0.3575761f * green + 0.1804375f * blue) / 0.95047f);
      float y = cube(0.2126729f * red + 0.7151522f * green + 0.0721750f * blue);
      float z = cube((0.0193339f * red + 0.1191920f * green + 0.9503041f * blue) / 1.08883f);
      l[i] = 116 * y - 16;
      a[i] = 500 * (x - y);
      b[i] = 200 * (y - z);
    }
    return new LabPicture(l, a, b, picture.width(), picture.height());
  }
}
