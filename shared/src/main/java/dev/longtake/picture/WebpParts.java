package dev.longtake.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a WebP apart: one still picture, and only the chunks of its pixels. */
final class WebpParts {

  private static final int HEADER_BYTES = 12;
  private static final int CHUNK_OVERHEAD = 8;
  private static final int ANIMATED = 0x02;
  private static final int TRANSPARENT = 0x10;
  private static final int LOOK_AHEAD = 64;
  private static final int SIDE_BITS = 14;
  private static final int SIDE_MASK = (1 << SIDE_BITS) - 1;
  private static final int LOSSLESS_SIGNATURE = 0x2F;
  private static final int LOSSY_START = 0x2A019D;

  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Chunk(String type, byte[] content) {}

  private final List<Chunk> kept = new ArrayList<>();
  private Orientation orientation = Orientation.UPRIGHT;
  private byte @Nullable [] profile;
  private int width;
  private int height;
  private boolean hasPixels;

  private WebpParts() {}

  static boolean isWebp(byte[] file) {
    return file.length >= HEADER_BYTES
        && word(file, 0).equals("RIFF")
        && word(file, 8).equals("WEBP");
  }

  static CodedPicture of(byte[] file) throws UnusablePictureException {
    return new WebpParts().read(file);
  }

  private CodedPicture read(byte[] file) throws UnusablePictureException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long end = Integer.toUnsignedLong(bytes.getInt(4)) + CHUNK_OVERHEAD;
    if (end > file.length) {
      throw new UnusablePictureException("a truncated WebP");
    }
    int at = HEADER_BYTES;
    while (at + CHUNK_OVERHEAD <= end) {
      long length = Integer.toUnsignedLong(bytes.getInt(at + 4));
      if (length > end - at - CHUNK_OVERHEAD) {
        throw new UnusablePictureException("a truncated WebP");
      }
      int from = at + CHUNK_OVERHEAD;
      readChunk(word(file, at), Arrays.copyOfRange(file, from, from + (int) length));
      at = (int) Math.min(Integer.MAX_VALUE, from + length + (length & 1));
    }
    if (!hasPixels) {
      throw new UnusablePictureException("a WebP without a picture");
    }
    return coded();
  }

  private CodedPicture coded() {
    byte[] icc = profile;
    ColorTransform untagged = new CodedAsSrgb(Pixels.COLORS, 255);
    Optional<ColorTransform> colors =
        icc == null ? Optional.of(untagged) : IccProfile.transform(icc, Pixels.COLORS, 255);
    return new CodedPicture(
        CodedPicture.Format.WEBP,
        width,
        height,
        255,
        orientation,
        colors.orElse(untagged),
        List.of(),
        essence(),
        colors.isPresent() ? List.of() : List.of(PngColors.PROFILE_UNUSED));
  }

  private void readChunk(String type, byte[] content) throws UnusablePictureException {
    switch (type) {
      case "VP8X" -> requireStill(content);
      case "VP8 ", "VP8L" -> {
        if (!hasPixels) {
          hasPixels = true;
          readSize(type, content);
          kept.add(new Chunk(type, type.equals("VP8L") ? withRoomToLookAhead(content) : content));
        }
      }
      case "ALPH" -> {
        if (!hasPixels) {
          kept.add(new Chunk(type, content));
        }
      }
      case "ICCP" -> profile = content;
      case "EXIF" -> orientation = Orientation.ofExif(withoutName(content));
      default -> {}
    }
  }

  /** The decoder asks for eight bytes more than it uses, and asks again at each pixel. */
  private static byte[] withRoomToLookAhead(byte[] content) {
    return Arrays.copyOf(content, content.length + LOOK_AHEAD);
  }

  private static void requireStill(byte[] content) throws UnusablePictureException {
    if (content.length > 0 && (content[0] & ANIMATED) != 0) {
      throw new UnusablePictureException("an animated WebP: export one frame as PNG");
    }
  }

  private void readSize(String type, byte[] content) throws UnusablePictureException {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    boolean isLossless = type.equals("VP8L");
    if (isLossless && content.length >= 5 && content[0] == LOSSLESS_SIGNATURE) {
      int bits = bytes.getInt(1);
      width = 1 + (bits & SIDE_MASK);
      height = 1 + (bits >>> SIDE_BITS & SIDE_MASK);
    } else if (!isLossless && content.length >= 10 && (bytes.getInt(3) & 0xFFFFFF) == LOSSY_START) {
      width = bytes.getShort(6) & SIDE_MASK;
      height = bytes.getShort(8) & SIDE_MASK;
    } else {
      throw new UnusablePictureException("a damaged WebP");
    }
  }

  /** Some programs write the name that JPEG needs before it. */
  private static byte[] withoutName(byte[] exif) {
    return exif.length > 6 && word(exif, 0).equals("Exif")
        ? Arrays.copyOfRange(exif, 6, exif.length)
        : exif;
  }

  private byte[] essence() {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    if (kept.size() > 1) { // Only beside an extended header may there be transparency.
      ByteBuffer extended = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
      extended.putInt(TRANSPARENT).putInt(width - 1).position(7);
      extended.putShort((short) (height - 1));
      write(chunks, new Chunk("VP8X", extended.array()));
    }
    kept.forEach(chunk -> write(chunks, chunk));
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(bytes("RIFF")).putInt(4 + chunks.size()).put(bytes("WEBP"));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(header.array());
    file.writeBytes(chunks.toByteArray());
    return file.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, Chunk chunk) {
    byte[] content = chunk.content();
    ByteBuffer header = ByteBuffer.allocate(CHUNK_OVERHEAD).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(header.put(bytes(chunk.type())).putInt(content.length).array());
    out.writeBytes(content);
    if (content.length % 2 != 0) {
      out.write(0);
    }
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String word(byte[] bytes, int at) {
    return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }
}
