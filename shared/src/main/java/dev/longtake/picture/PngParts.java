package dev.longtake.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Takes a PNG apart: every checksum is checked, and only the chunks of its pixels are kept. */
final class PngParts {

  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int CHUNK_OVERHEAD = 12;
  private static final int HEADER_LENGTH = 13;
  private static final int GRAY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GRAY_ALPHA = 4;

  private final ByteBuffer file;
  private final ByteArrayOutputStream essence = new ByteArrayOutputStream();
  private final List<Integer> transparent = new ArrayList<>();
  private Orientation orientation = Orientation.UPRIGHT;

  private PngParts(byte[] file) {
    this.file = ByteBuffer.wrap(file);
  }

  static boolean isPng(byte[] file) {
    return file.length >= Long.BYTES && ByteBuffer.wrap(file).getLong(0) == SIGNATURE;
  }

  static CodedPicture of(byte[] file) throws UnusablePictureException {
    return new PngParts(file).read();
  }

  private CodedPicture read() throws UnusablePictureException {
    keep(0, Long.BYTES);
    int length = length(Long.BYTES);
    if (isType(Long.BYTES, "CgBI")) {
      throw new UnusablePictureException("a PNG of an iOS program (CgBI): export it as PNG again");
    }
    if (!isType(Long.BYTES, "IHDR") || length != HEADER_LENGTH) {
      throw new UnusablePictureException("a PNG without IHDR");
    }
    int content = Long.BYTES + 8;
    int depth = file.get(content + 8);
    int type = file.get(content + 9);
    if (depth != 1 && depth != 2 && depth != 4 && depth != 8 && depth != 16) {
      throw new UnusablePictureException("a PNG of %d bits a sample".formatted(depth));
    }
    int sampleMax = type == PALETTE ? 255 : (1 << depth) - 1;
    var colors = new PngColors(type == GRAY || type == GRAY_ALPHA ? 1 : 3, sampleMax);
    keep(Long.BYTES, CHUNK_OVERHEAD + HEADER_LENGTH);
    readChunks(type, colors);
    var transform = colors.transform();
    return new CodedPicture(
        CodedPicture.Format.PNG,
        file.getInt(content),
        file.getInt(content + 4),
        sampleMax,
        orientation,
        transform.orElseGet(colors::untagged),
        transparent,
        essence.toByteArray(),
        transform.isPresent() ? List.of() : List.of(PngColors.PROFILE_UNUSED));
  }

  private void readChunks(int colorType, PngColors colors) throws UnusablePictureException {
    int at = Long.BYTES + CHUNK_OVERHEAD + HEADER_LENGTH;
    while (true) {
      int length = length(at);
      ByteBuffer content = file.slice(at + 8, length);
      switch (type(at)) {
        case "PLTE", "IDAT" -> keep(at, CHUNK_OVERHEAD + length);
        case "tRNS" -> readTransparency(at, content, colorType);
        case "eXIf" -> orientation = Orientation.ofExif(bytes(content));
        case "cICP" -> colors.codes(content);
        case "iCCP" -> colors.profile(profile(content));
        case "sRGB" -> colors.srgb();
        case "gAMA" -> colors.gamma(content);
        case "cHRM" -> colors.chromaticities(content);
        case "IEND" -> {
          keep(at, CHUNK_OVERHEAD + length);
          return;
        }
        default -> {
          if (Character.isUpperCase(type(at).charAt(0))) {
            throw new UnusablePictureException("a PNG with an unknown part " + type(at));
          }
        }
      }
      at += CHUNK_OVERHEAD + length;
    }
  }

  /** A palette's goes to the decoder; of grey and RGB it is one colour, compared with here. */
  private void readTransparency(int at, ByteBuffer content, int colorType) {
    if (colorType == PALETTE) {
      keep(at, CHUNK_OVERHEAD + content.remaining());
    } else if (colorType == GRAY || colorType == RGB) {
      for (int i = 0; i + 1 < content.remaining() && i < 2 * Pixels.COLORS; i += 2) {
        transparent.add(Short.toUnsignedInt(content.getShort(i)));
      }
    }
  }

  /** The length of a chunk that is all there and sound. */
  private int length(int at) throws UnusablePictureException {
    if (file.capacity() - at < CHUNK_OVERHEAD) {
      throw new UnusablePictureException("a truncated PNG");
    }
    long length = Integer.toUnsignedLong(file.getInt(at));
    if (length > file.capacity() - at - CHUNK_OVERHEAD) {
      throw new UnusablePictureException("a truncated PNG");
    }
    CRC32 crc = new CRC32();
    crc.update(file.slice(at + 4, 4 + (int) length));
    if ((int) crc.getValue() != file.getInt(at + 8 + (int) length)) {
      throw new UnusablePictureException("a damaged PNG (a checksum is wrong)");
    }
    return (int) length;
  }

  private String type(int at) {
    StringBuilder type = new StringBuilder();
    for (int i = 4; i < 8; i++) {
      type.append((char) Byte.toUnsignedInt(file.get(at + i)));
    }
    return type.toString();
  }

  private boolean isType(int at, String type) {
    return type(at).equals(type);
  }

  private void keep(int at, int length) {
    essence.write(file.array(), at, length);
  }

  private static byte[] bytes(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    return bytes;
  }

  /** Unpacks a profile behind its name; empty if it is damaged or larger than any is. */
  private static byte[] profile(ByteBuffer chunk) {
    byte[] bytes = bytes(chunk);
    int name = 0;
    while (name < bytes.length && bytes[name] != 0) {
      name++;
    }
    if (name + 2 >= bytes.length) {
      return new byte[0];
    }
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(bytes, name + 2, bytes.length - name - 2);
      ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
      byte[] piece = new byte[1 << 13];
      while (!inflater.finished() && unpacked.size() <= PictureLimits.PROFILE_BYTES_MAX) {
        int count = inflater.inflate(piece);
        if (count == 0) {
          return new byte[0];
        }
        unpacked.write(piece, 0, count);
      }
      return inflater.finished() ? unpacked.toByteArray() : new byte[0];
    } catch (DataFormatException e) {
      return new byte[0];
    }
  }
}
