package dev.longtake.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes a JPEG apart: up to the end of its first picture, its scans counted, and only the segments
 * of its pixels kept.
 */
final class JpegParts {

  private static final int MARK = 0xFF;
  private static final int START = 0xD8;
  private static final int SCAN = 0xDA;
  private static final int END = 0xD9;
  private static final int APP0 = 0xE0;
  private static final int EXIF = 0xE1;
  private static final int PROFILE = 0xE2;
  private static final int ADOBE = 0xEE;
  private static final int APP15 = 0xEF;
  private static final int COMMENT = 0xFE;
  private static final int BASELINE = 0xC0;
  private static final int PROGRESSIVE = 0xC2;
  private static final int FIRST_RESTART = 0xD0;
  private static final int LAST_RESTART = 0xD7;
  private static final int YCCK = 2;
  private static final int INKS = 4;

  private final ByteBuffer file;
  private final ByteArrayOutputStream essence = new ByteArrayOutputStream();
  private final TreeMap<Integer, byte[]> profile = new TreeMap<>();
  private int profileParts;
  private Orientation orientation = Orientation.UPRIGHT;
  private boolean hasFrame;
  private int width;
  private int height;
  private int components;
  private int scans;
  private int adobeTransform = -1;

  private JpegParts(byte[] file) {
    this.file = ByteBuffer.wrap(file);
  }

  static boolean isJpeg(byte[] file) {
    return file.length >= 3
        && Byte.toUnsignedInt(file[0]) == MARK
        && Byte.toUnsignedInt(file[1]) == START
        && Byte.toUnsignedInt(file[2]) == MARK;
  }

  static CodedPicture of(byte[] file) throws UnusablePictureException {
    return new JpegParts(file).read();
  }

  private CodedPicture read() throws UnusablePictureException {
    keep(0, 2);
    int at = 2;
    while (at >= 0) {
      at = readSegment(at);
    }
    if (!hasFrame) {
      throw new UnusablePictureException("a JPEG without a frame header");
    }
    requireFewScans();
    Optional<ColorTransform> colors = colors();
    return new CodedPicture(
        format(),
        width,
        height,
        255,
        orientation,
        colors.orElseGet(() -> new CodedAsSrgb(components, 255)),
        List.of(),
        essence.toByteArray(),
        colors.isPresent() ? List.of() : List.of(PngColors.PROFILE_UNUSED));
  }

  /**
   * @return where the next one is, or a negative number after the last
   */
  private int readSegment(int at) throws UnusablePictureException {
    if (file.capacity() - at < 2) {
      throw new UnusablePictureException("a truncated JPEG");
    }
    int marker = unsigned(at + 1);
    if (unsigned(at) != MARK) {
      throw new UnusablePictureException("a damaged JPEG");
    }
    if (marker == MARK) { // Fill bytes may come before a marker.
      return at + 1;
    }
    if (marker == END) {
      keep(at, 2);
      return -1;
    }
    if (file.capacity() - at < 4) {
      throw new UnusablePictureException("a truncated JPEG");
    }
    int length = Short.toUnsignedInt(file.getShort(at + 2));
    if (length < 2 || length > file.capacity() - at - 2) {
      throw new UnusablePictureException("a truncated JPEG");
    }
    readContent(marker, at, length);
    int next = at + 2 + length;
    if (marker != SCAN) {
      return next;
    }
    scans++;
    int end = endOfScan(next);
    keep(next, end - next);
    return end;
  }

  private void readContent(int marker, int at, int length) throws UnusablePictureException {
    byte[] content = Arrays.copyOfRange(file.array(), at + 4, at + 2 + length);
    if (marker == EXIF && startsWith(content, "Exif\0\0")) {
      orientation = Orientation.ofExif(Arrays.copyOfRange(content, 6, content.length));
    } else if (marker == PROFILE && startsWith(content, "ICC_PROFILE\0") && content.length > 14) {
      profile.put(Byte.toUnsignedInt(content[12]), Arrays.copyOfRange(content, 14, content.length));
      profileParts = Byte.toUnsignedInt(content[13]);
    } else if (marker == ADOBE && startsWith(content, "Adobe") && content.length >= 12) {
      adobeTransform = content[11];
      keep(at, 2 + length);
    } else if (marker == APP0 && startsWith(content, "JFIF\0")) {
      keep(at, 2 + length);
    } else if ((marker < APP0 || marker > APP15) && marker != COMMENT) {
      if (isFrameHeader(marker)) {
        readFrame(marker, content);
      }
      keep(at, 2 + length);
    }
  }

  /** SOF0 to SOF15, less the three codes among them that mean something else. */
  private static boolean isFrameHeader(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private void readFrame(int marker, byte[] content) throws UnusablePictureException {
    if (hasFrame || marker < BASELINE || marker > PROGRESSIVE) {
      throw new UnusablePictureException(
          "a JPEG of a rare kind (lossless, arithmetic or hierarchical): export it as JPEG again");
    }
    if (content.length < 6 || content[0] != 8) {
      throw new UnusablePictureException("a JPEG that has not 8 bits a sample");
    }
    hasFrame = true;
    ByteBuffer frame = ByteBuffer.wrap(content);
    height = Short.toUnsignedInt(frame.getShort(1));
    width = Short.toUnsignedInt(frame.getShort(3));
    components = Byte.toUnsignedInt(content[5]);
    if (components != 1 && components != 3 && components != INKS) {
      throw new UnusablePictureException("a JPEG of %d components".formatted(components));
    }
  }

  private void requireFewScans() throws UnusablePictureException {
    long scanned = (long) width * height * scans;
    if (scans > PictureLimits.SCANS_MAX || scanned > PictureLimits.SCANNED_PIXELS_MAX) {
      throw new UnusablePictureException(
          "a JPEG of at most %d scans and %d pixels in all of them"
              .formatted(PictureLimits.SCANS_MAX, PictureLimits.SCANNED_PIXELS_MAX),
          "%d scans of %d x %d".formatted(scans, width, height));
    }
  }

  private Optional<ColorTransform> colors() throws UnusablePictureException {
    Optional<ColorTransform> colors =
        profile.isEmpty()
            ? Optional.empty()
            : IccProfile.transform(joinedProfile(), components, 255);
    if (components == INKS && colors.isEmpty()) {
      throw new UnusablePictureException(
          "a JPEG in red, green and blue, or in inks with their colour profile",
          (profile.isEmpty() ? "inks (CMYK) without one" : "inks (CMYK) with a damaged one")
              + ": export it as sRGB");
    }
    return profile.isEmpty() ? Optional.of(new CodedAsSrgb(components, 255)) : colors;
  }

  /** The profile's parts in order; empty if one is missing. */
  private byte[] joinedProfile() {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    profile.values().forEach(joined::writeBytes);
    boolean isWhole = profile.size() == profileParts && profile.lastKey() == profileParts;
    return isWhole && joined.size() <= PictureLimits.PROFILE_BYTES_MAX
        ? joined.toByteArray()
        : new byte[0];
  }

  private CodedPicture.Format format() {
    if (components < INKS) {
      return CodedPicture.Format.JPEG;
    }
    if (adobeTransform == YCCK) {
      return CodedPicture.Format.JPEG_YCCK;
    }
    return adobeTransform < 0
        ? CodedPicture.Format.JPEG_CMYK
        : CodedPicture.Format.JPEG_CMYK_INVERTED;
  }

  /** Where the next marker is that is neither a restart nor part of the data. */
  private int endOfScan(int from) throws UnusablePictureException {
    for (int at = from; at + 1 < file.capacity(); at++) {
      int next = unsigned(at + 1);
      if (unsigned(at) == MARK
          && next != 0
          && next != MARK
          && (next < FIRST_RESTART || next > LAST_RESTART)) {
        return at;
      }
    }
    throw new UnusablePictureException("a truncated JPEG");
  }

  private static boolean startsWith(byte[] content, String letters) {
    byte[] start = letters.getBytes(StandardCharsets.ISO_8859_1);
    return content.length >= start.length
        && Arrays.equals(content, 0, start.length, start, 0, start.length);
  }

  private void keep(int at, int length) {
    essence.write(file.array(), at, length);
  }

  private int unsigned(int at) {
    return Byte.toUnsignedInt(file.get(at));
  }
}
