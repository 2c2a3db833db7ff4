package dev.longtake.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNGs of any kind for tests, right and wrong ones. */
final class PngWriter {

  static final int GRAY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GRAY_ALPHA = 4;
  static final int RGBA = 6;

  private final int width;
  private final int height;
  private final int depth;
  private final int colorType;
  private final List<byte[]> before = new ArrayList<>();

  PngWriter(int width, int height, int depth, int colorType) {
    this.width = width;
    this.height = height;
    this.depth = depth;
    this.colorType = colorType;
  }

  /** With a chunk before the pixels. */
  PngWriter with(String type, byte[] content) {
    before.add(chunk(type, content));
    return this;
  }

  /** With a chunk of numbers of 32 bits. */
  PngWriter with(String type, int... numbers) {
    ByteBuffer content = ByteBuffer.allocate(4 * numbers.length);
    for (int number : numbers) {
      content.putInt(number);
    }
    return with(type, content.array());
  }

  /** With a profile, packed as a PNG does. */
  PngWriter withProfile(byte[] profile) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes("name\0\0".getBytes(StandardCharsets.US_ASCII));
    content.writeBytes(packed(profile));
    return with("iCCP", content.toByteArray());
  }

  /**
   * The file.
   *
   * @param samples row by row
   */
  byte[] file(int... samples) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) depth).put((byte) colorType);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    file.writeBytes(chunk("IHDR", header.array()));
    before.forEach(file::writeBytes);
    file.writeBytes(chunk("IDAT", packed(rows(samples))));
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  private byte[] rows(int[] samples) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    int perRow = samples.length / height;
    for (int y = 0; y < height; y++) {
      rows.write(0); // No filter.
      int bits = 0;
      int held = 0;
      for (int i = 0; i < perRow; i++) {
        bits = (bits << depth) | samples[y * perRow + i];
        held += depth;
        while (held >= 8) {
          rows.write(bits >>> (held - 8));
          held -= 8;
        }
      }
      if (held > 0) {
        rows.write(bits << (8 - held));
      }
    }
    return rows.toByteArray();
  }

  static byte[] packed(byte[] content) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(content);
      deflater.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      byte[] piece = new byte[8192];
      while (!deflater.finished()) {
        packed.write(piece, 0, deflater.deflate(piece));
      }
      return packed.toByteArray();
    }
  }

  static byte[] chunk(String type, byte[] content) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + content.length);
    return chunk.putInt((int) crc.getValue()).array();
  }
}
