package dev.longtake.picture;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes JPEGs for tests and puts segments into them. */
final class JpegWriter {

  private JpegWriter() {}

  /** A file of an image, nearly without loss. */
  static byte[] file(BufferedImage image, boolean isProgressive) {
    return write(new IIOImage(image, null, null), isProgressive);
  }

  /**
   * A file of four components as they are.
   *
   * @param samples four a pixel
   */
  static byte[] inks(int width, int height, int... samples) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
    raster.setPixels(0, 0, width, height, samples);
    return write(new IIOImage(raster, null, null), false);
  }

  private static byte[] write(IIOImage image, boolean isProgressive) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(1);
    settings.setProgressiveMode(
        isProgressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, image, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  /** The file with a segment after its start. */
  static byte[] with(byte[] file, int marker, byte[] content) {
    ByteBuffer segment = ByteBuffer.allocate(4 + content.length);
    segment.put((byte) 0xFF).put((byte) marker).putShort((short) (2 + content.length));
    segment.put(content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, 2);
    out.writeBytes(segment.array());
    out.write(file, 2, file.length - 2);
    return out.toByteArray();
  }

  static byte[] withOrientation(byte[] file, int value) {
    return with(file, 0xE1, joined("Exif\0\0", exif(value)));
  }

  /** The file with a profile in this many parts. */
  static byte[] withProfile(byte[] file, byte[] profile, int parts) {
    byte[] out = file;
    int length = Math.ceilDiv(profile.length, parts);
    for (int i = parts; i >= 1; i--) { // Each goes before the one that was put there last.
      byte[] part =
          Arrays.copyOfRange(profile, (i - 1) * length, Math.min(profile.length, i * length));
      out = with(out, 0xE2, joined("ICC_PROFILE\0" + (char) i + (char) parts, part));
    }
    return out;
  }

  /** The file with a mark that says how its inks are meant. */
  static byte[] withAdobe(byte[] file, int transform) {
    return with(file, 0xEE, joined("Adobe\0\144\0\0\0\0" + (char) transform, new byte[0]));
  }

  private static byte[] joined(String name, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** An Exif block that says nothing but how the picture lies. */
  static byte[] exif(int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(26).putShort((short) 0x4D4D).putShort((short) 42);
    exif.putInt(8).putShort((short) 1);
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return exif.array();
  }
}
