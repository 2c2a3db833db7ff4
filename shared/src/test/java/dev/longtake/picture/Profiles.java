package dev.longtake.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Colour profiles for tests, as small as they can be. */
final class Profiles {

  /** Columns of red, green and blue as XYZ adapted to D50. */
  static final double[] SRGB = {
    0.43607, 0.38515, 0.14307, 0.22249, 0.71687, 0.06061, 0.01392, 0.09708, 0.71410,
  };

  static final double[] DISPLAY_P3 = {
    0.51512, 0.29198, 0.15710, 0.24120, 0.69225, 0.06657, -0.00105, 0.04189, 0.78407,
  };

  static final double[] ADOBE = {
    0.60974, 0.20528, 0.14919, 0.31111, 0.62567, 0.06322, 0.01947, 0.06087, 0.74457,
  };

  private Profiles() {}

  /** A curve with sRGB's parameters. */
  static byte[] srgbCurve() {
    return ByteBuffer.allocate(32)
        .putInt(0x70617261)
        .putInt(0)
        .putInt(3 << 16)
        .putInt(fixed(2.4))
        .putInt(fixed(1 / 1.055))
        .putInt(fixed(0.055 / 1.055))
        .putInt(fixed(1 / 12.92))
        .putInt(fixed(0.04045))
        .array();
  }

  /** A curve that is a power. */
  static byte[] power(double exponent) {
    ByteBuffer curve = ByteBuffer.allocate(16).putInt(0x63757276).putInt(0).putInt(1);
    return curve.putShort((short) Math.round(exponent * 256)).array();
  }

  /** A profile of primaries and one curve. */
  static byte[] rgb(double[] columns, byte[] curve) {
    Map<String, byte[]> tags = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      String color = "rgb".substring(i, i + 1);
      ByteBuffer column = ByteBuffer.allocate(20).putInt(0x58595A20).putInt(0);
      for (int row = 0; row < 3; row++) {
        column.putInt(fixed(columns[3 * row + i]));
      }
      tags.put(color + "XYZ", column.array());
      tags.put(color + "TRC", curve);
    }
    return profile("mntr", "RGB ", "XYZ ", tags);
  }

  static byte[] gray(byte[] curve) {
    return profile("mntr", "GRAY", "XYZ ", Map.of("kTRC", curve));
  }

  /**
   * A profile that is a table: two values along each ink, all paper is white and all ink black, and
   * each ink alone is neutral, so that what comes out is easy to say.
   *
   * @param inks 3 or 4
   */
  static byte[] table(int inks) {
    int corners = 1 << inks;
    ByteBuffer table = ByteBuffer.allocate(48 + 256 * inks + 3 * corners + 256 * 3);
    table.putInt(0x6D667431).putInt(0);
    table.put((byte) inks).put((byte) 3).put((byte) 2).put((byte) 0);
    for (int i = 0; i < 9; i++) {
      table.putInt(i % 4 == 0 ? 1 << 16 : 0);
    }
    for (int ink = 0; ink < inks; ink++) {
      identity(table);
    }
    for (int corner = 0; corner < corners; corner++) {
      int lightness = inks == 3 ? corner : corners - 1 - corner;
      table.put((byte) (255 * Integer.bitCount(lightness) / inks));
      table.put((byte) 128).put((byte) 128);
    }
    for (int output = 0; output < 3; output++) {
      identity(table);
    }
    return profile("prtr", inks == 3 ? "RGB " : "CMYK", "Lab ", Map.of("A2B0", table.array()));
  }

  private static void identity(ByteBuffer table) {
    for (int i = 0; i < 256; i++) {
      table.put((byte) i);
    }
  }

  private static byte[] profile(String kind, String space, String pcs, Map<String, byte[]> tags) {
    Map<String, byte[]> all = new LinkedHashMap<>(tags);
    ByteBuffer white = ByteBuffer.allocate(20).putInt(0x58595A20).putInt(0);
    all.put("wtpt", white.putInt(fixed(0.9642)).putInt(1 << 16).putInt(fixed(0.8249)).array());
    int at = 132 + 12 * all.size();
    ByteBuffer directory = ByteBuffer.allocate(at);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    directory.position(128).putInt(all.size());
    for (Map.Entry<String, byte[]> tag : all.entrySet()) {
      directory.put(ascii(tag.getKey()));
      directory.putInt(at + content.size()).putInt(tag.getValue().length);
      content.writeBytes(tag.getValue());
      content.writeBytes(new byte[-tag.getValue().length & 3]);
    }
    directory.putInt(0, at + content.size()).putInt(8, 0x02400000);
    directory.put(12, ascii(kind)).put(16, ascii(space)).put(20, ascii(pcs)).put(36, ascii("acsp"));
    directory.putInt(68, fixed(0.9642)).putInt(72, 1 << 16).putInt(76, fixed(0.8249));
    ByteArrayOutputStream profile = new ByteArrayOutputStream();
    profile.writeBytes(directory.array());
    profile.writeBytes(content.toByteArray());
    return profile.toByteArray();
  }

  private static byte[] ascii(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  private static int fixed(double value) {
    return (int) Math.round(value * 65536);
  }
}
