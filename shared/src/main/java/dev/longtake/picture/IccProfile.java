package dev.longtake.picture;

import java.awt.color.CMMException;
import java.awt.color.ICC_Profile;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A colour profile that came with a picture. Those of three primaries and their curves, which
 * nearly all are, are computed here, the same on every machine; the others by the platform's
 * engine.
 *
 * @see <a href="https://www.color.org/specification/ICC.1-2022-05.pdf">ICC.1:2022</a>, 7.2, 8.3
 */
final class IccProfile {

  private static final int HEADER_BYTES = 128;
  private static final int TAG_BYTES = 12;
  private static final int TAGS_MAX = 200;
  private static final int SPACE_AT = 16;
  private static final int SIGNATURE_AT = 36;
  private static final int SIGNATURE = 0x61637370;
  private static final int RGB = 0x52474220;
  private static final int GRAY = 0x47524159;
  private static final int CMYK = 0x434D594B;
  private static final double[] IDENTITY = {1, 0, 0, 0, 1, 0, 0, 0, 1};

  private IccProfile() {}

  /**
   * How samples become sRGB.
   *
   * @param channels of the picture: 1 for grey, 3, or 4 for inks
   * @return empty if the profile is damaged, or is of another kind of colours
   */
  static Optional<ColorTransform> transform(byte[] profile, int channels, int sampleMax) {
    if (profile.length < HEADER_BYTES + 4) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(profile);
    int space = bytes.getInt(SPACE_AT);
    if (bytes.getInt(SIGNATURE_AT) != SIGNATURE || channels != channels(space, channels)) {
      return Optional.empty();
    }
    if (tag(bytes, "A2B0") == null) {
      Optional<RgbSpace> simple = space == GRAY ? gray(bytes) : rgb(bytes);
      if (simple.isPresent()) {
        return simple.filter(RgbSpace::isSound).map(it -> it.transform(channels, sampleMax));
      }
    }
    return byPlatform(profile, space, channels, sampleMax);
  }

  /** The channels of a picture that a profile is for; grey goes through one of RGB as well. */
  private static int channels(int space, int ofPicture) {
    return switch (space) {
      case RGB -> ofPicture == 1 ? 1 : 3;
      case GRAY -> 1;
      case CMYK -> 4;
      default -> 0;
    };
  }

  private static Optional<RgbSpace> rgb(ByteBuffer bytes) {
    double[] matrix = new double[9];
    Transfer[] curves = new Transfer[3];
    String[] colors = {"r", "g", "b"};
    for (int i = 0; i < 3; i++) {
      ByteBuffer column = tag(bytes, colors[i] + "XYZ");
      ByteBuffer curve = tag(bytes, colors[i] + "TRC");
      Transfer transfer = curve == null ? null : Transfer.ofIcc(curve);
      if (column == null || column.remaining() < 20 || transfer == null) {
        return Optional.empty();
      }
      for (int row = 0; row < 3; row++) {
        matrix[3 * row + i] = column.getInt(column.position() + 8 + 4 * row) / 65536.0;
      }
      curves[i] = transfer;
    }
    return Optional.of(RgbSpace.ofD50(matrix, curves[0], curves[1], curves[2]));
  }

  private static Optional<RgbSpace> gray(ByteBuffer bytes) {
    ByteBuffer curve = tag(bytes, "kTRC");
    Transfer transfer = curve == null ? null : Transfer.ofIcc(curve);
    return transfer == null
        ? Optional.empty()
        : Optional.of(new RgbSpace(IDENTITY, transfer, transfer, transfer));
  }

  private static @Nullable ByteBuffer tag(ByteBuffer bytes, String name) {
    int count = bytes.getInt(HEADER_BYTES);
    if (count < 0 || count > TAGS_MAX) {
      return null;
    }
    for (int i = 0; i < count; i++) {
      int at = HEADER_BYTES + 4 + i * TAG_BYTES;
      if (at > bytes.capacity() - TAG_BYTES) {
        return null;
      }
      if (isNamed(bytes, at, name)) {
        long offset = Integer.toUnsignedLong(bytes.getInt(at + 4));
        long size = Integer.toUnsignedLong(bytes.getInt(at + 8));
        return offset + size <= bytes.capacity() ? bytes.slice((int) offset, (int) size) : null;
      }
    }
    return null;
  }

  private static boolean isNamed(ByteBuffer bytes, int at, String name) {
    for (int i = 0; i < 4; i++) {
      if (bytes.get(at + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<ColorTransform> byPlatform(
      byte[] profile, int space, int channels, int sampleMax) {
    if (space == RGB && channels == 1) {
      return Optional.empty();
    }
    try {
      ICC_Profile read = ICC_Profile.getInstance(profile);
      return read.getNumComponents() == channels
          ? Optional.of(PlatformTransform.of(read, sampleMax))
          : Optional.empty();
    } catch (IllegalArgumentException | CMMException e) {
      return Optional.empty();
    }
  }
}
