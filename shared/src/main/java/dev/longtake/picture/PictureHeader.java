package dev.longtake.picture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Size and wholeness of a PNG or JPEG file, read from its structure; no pixel is decoded, so a
 * picture that claims to be huge costs nothing.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">Portable Network Graphics, third edition</a>, section
 *     5
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">ITU-T T.81</a>, annex B
 */
public final class PictureHeader {

  /** What was found. */
  public sealed interface Outcome {}

  /** A picture of this size. */
  public record Valid(int width, int height) implements Outcome {}

  /** Not a picture we take; {@code found} ends a sentence. */
  public record Invalid(String found) implements Outcome {}

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454E44;
  private static final int CHUNK_OVERHEAD = 12;
  private static final int JPEG_MARK = 0xFF;
  private static final int JPEG_START = 0xD8;
  private static final int JPEG_SCAN = 0xDA;
  private static final int JPEG_END = 0xD9;

  private PictureHeader() {}

  public static Outcome read(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    if (content.length >= Long.BYTES && bytes.getLong(0) == PNG_SIGNATURE) {
      return png(bytes);
    }
    if (content.length >= 2
        && unsigned(bytes, 0) == JPEG_MARK
        && unsigned(bytes, 1) == JPEG_START) {
      return jpeg(bytes);
    }
    return new Invalid(content.length == 0 ? "an empty file" : other(content));
  }

  private static Outcome png(ByteBuffer bytes) {
    int at = Long.BYTES;
    Outcome size = new Invalid("a PNG without IHDR");
    while (bytes.capacity() - at >= CHUNK_OVERHEAD) {
      long length = Integer.toUnsignedLong(bytes.getInt(at));
      int type = bytes.getInt(at + 4);
      if (length > bytes.capacity() - at - CHUNK_OVERHEAD) {
        return new Invalid("a truncated PNG");
      }
      CRC32 crc = new CRC32();
      crc.update(bytes.slice(at + 4, 4 + (int) length));
      if ((int) crc.getValue() != bytes.getInt(at + 8 + (int) length)) {
        return new Invalid("a damaged PNG (a checksum is wrong)");
      }
      if (at == Long.BYTES) {
        if (type != IHDR || length != 13) {
          return size;
        }
        size = size("PNG", bytes.getInt(at + 8), bytes.getInt(at + 12));
      } else if (type == IEND) {
        return size;
      }
      at += CHUNK_OVERHEAD + (int) length;
    }
    return new Invalid("a truncated PNG");
  }

  private static Outcome jpeg(ByteBuffer bytes) {
    int at = 2;
    Outcome size = new Invalid("a JPEG without a frame header");
    while (bytes.capacity() - at >= 4) {
      int marker = unsigned(bytes, at + 1);
      if (unsigned(bytes, at) != JPEG_MARK) {
        return new Invalid("a damaged JPEG");
      }
      if (marker == JPEG_MARK) { // Fill bytes may come before a marker.
        at++;
        continue;
      }
      int length = Short.toUnsignedInt(bytes.getShort(at + 2));
      if (length < 2 || length > bytes.capacity() - at - 2) {
        return new Invalid("a truncated JPEG");
      }
      if (isFrameHeader(marker) && length >= 8) {
        int height = Short.toUnsignedInt(bytes.getShort(at + 5));
        int width = Short.toUnsignedInt(bytes.getShort(at + 7));
        size = size("JPEG", width, height);
      }
      at += 2 + length;
      if (marker == JPEG_SCAN) {
        return endsAfter(bytes, at) ? size : new Invalid("a truncated JPEG");
      }
    }
    return new Invalid("a truncated JPEG");
  }

  /** SOF0 to SOF15, less the three codes among them that mean something else. */
  private static boolean isFrameHeader(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static boolean endsAfter(ByteBuffer bytes, int scan) {
    for (int i = bytes.capacity() - 2; i >= scan; i--) {
      if (unsigned(bytes, i) == JPEG_MARK && unsigned(bytes, i + 1) == JPEG_END) {
        return true;
      }
    }
    return false;
  }

  private static Outcome size(String format, int width, int height) {
    return width > 0 && height > 0
        ? new Valid(width, height)
        : new Invalid(
            "a %s of %s x %s pixels"
                .formatted(
                    format, Integer.toUnsignedString(width), Integer.toUnsignedString(height)));
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return Byte.toUnsignedInt(bytes.get(at));
  }

  /** Names what people most often have instead. */
  private static String other(byte[] content) {
    String start =
        new String(content, 0, Math.min(12, content.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("GIF8")) {
      return "a GIF";
    }
    if (start.startsWith("RIFF") && start.endsWith("WEBP")) {
      return "a WebP";
    }
    if (start.startsWith("BM")) {
      return "a BMP";
    }
    return "something else";
  }
}
