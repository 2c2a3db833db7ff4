package dev.longtake.picture;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** From a coded value to light, both from 0 to 1. */
interface Transfer {

  double decode(double coded);

  Transfer LINEAR = coded -> coded;

  /** IEC 61966-2-1. */
  Transfer SRGB =
      coded -> coded <= 0.04045 ? coded / 12.92 : StrictMath.pow((coded + 0.055) / 1.055, 2.4);

  /** ITU-R BT.709, and with 12 bits BT.2020. */
  Transfer BT709 =
      coded -> coded < 0.081 ? coded / 4.5 : StrictMath.pow((coded + 0.099) / 1.099, 1 / 0.45);

  static Transfer power(double exponent) {
    return coded -> StrictMath.pow(coded, exponent);
  }

  /** Between the values of a table that stand at equal distances, straight lines. */
  static Transfer table(double[] values) {
    return coded -> {
      double at = Math.clamp(coded, 0.0, 1.0) * (values.length - 1);
      int below = Math.min((int) at, values.length - 2);
      return values[below] + (at - below) * (values[below + 1] - values[below]);
    };
  }

  /** Whether nobody could see the difference to {@link #SRGB}. */
  default boolean isSrgb() {
    for (int i = 0; i <= 64; i++) {
      if (Math.abs(decode(i / 64.0) - SRGB.decode(i / 64.0)) > 0.002) {
        return false;
      }
    }
    return true;
  }

  /**
   * A curve of an ICC profile, {@code curv} or {@code para}.
   *
   * @return null if it is none, or a damaged one
   * @see <a href="https://www.color.org/specification/ICC.1-2022-05.pdf">ICC.1:2022</a>, 10.6,
   *     10.18
   */
  static @Nullable Transfer ofIcc(ByteBuffer tag) {
    if (tag.remaining() < 12) {
      return null;
    }
    int at = tag.position();
    return switch (tag.getInt(at)) {
      case 0x63757276 -> ofCurve(tag, at + 8);
      case 0x70617261 -> ofParameters(tag, at + 8);
      default -> null;
    };
  }

  private static @Nullable Transfer ofCurve(ByteBuffer tag, int at) {
    int count = tag.getInt(at);
    if (count < 0 || count > (tag.limit() - at - 4) / 2) {
      return null;
    }
    if (count == 0) {
      return LINEAR;
    }
    if (count == 1) {
      return power(Short.toUnsignedInt(tag.getShort(at + 4)) / 256.0);
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Short.toUnsignedInt(tag.getShort(at + 4 + 2 * i)) / 65535.0;
    }
    return table(values);
  }

  private static @Nullable Transfer ofParameters(ByteBuffer tag, int at) {
    int type = Short.toUnsignedInt(tag.getShort(at));
    int[] counts = {1, 3, 4, 5, 7};
    if (type >= counts.length || tag.limit() - at - 4 < 4 * counts[type]) {
      return null;
    }
    double[] p = new double[7];
    for (int i = 0; i < counts[type]; i++) {
      p[i] = tag.getInt(at + 4 + 4 * i) / 65536.0;
    }
    double g = p[0];
    double a = type == 0 ? 1 : p[1];
    double b = p[2];
    return switch (type) {
      case 0 -> power(g);
      case 1 -> x -> x >= -b / a ? StrictMath.pow(a * x + b, g) : 0;
      case 2 -> x -> x >= -b / a ? StrictMath.pow(a * x + b, g) + p[3] : p[3];
      case 3 -> x -> x >= p[4] ? StrictMath.pow(a * x + b, g) : p[3] * x;
      default -> x -> x >= p[4] ? StrictMath.pow(a * x + b, g) + p[5] : p[3] * x + p[6];
    };
  }
}
