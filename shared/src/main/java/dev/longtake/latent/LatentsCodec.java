package dev.longtake.latent;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Final latents as bytes of an artifact, whose name is their digest.
 *
 * <p>Little-endian: magic {@code LTLA}, version (u32), latent frames, channels, height, width (u32
 * each), then {@code (T, C, h, w)} IEEE binary32.
 */
public final class LatentsCodec {

  private static final int MAGIC = 0x414C544C; // "LTLA" read as a little-endian word
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 6 * Integer.BYTES;

  private LatentsCodec() {}

  /**
   * Encodes latents.
   *
   * @throws LongtakeException with {@link ErrorCode#ENGINE_FAILED} if a number is not finite
   */
  public static byte[] encode(Latents latents) {
    float[] values = latents.values();
    byte[] content = new byte[Math.addExact(HEADER_BYTES, Math.multiplyExact(4, values.length))];
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(VERSION);
    bytes.putInt(latents.frameCount()).putInt(latents.channels());
    bytes.putInt(latents.height()).putInt(latents.width());
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new LongtakeException(
            ErrorCode.ENGINE_FAILED,
            "latents element %d: expected a finite number, found %s".formatted(i, values[i]));
      }
      bytes.putFloat(values[i]);
    }
    return content;
  }

  /**
   * Decodes latents.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static Latents decode(byte[] content) {
    if (content.length < HEADER_BYTES) {
      throw corrupt("at least %d bytes".formatted(HEADER_BYTES), content.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    expect("magic", MAGIC, bytes.getInt());
    expect("version", VERSION, bytes.getInt());
    int frameCount = axis("latent frames", bytes.getInt());
    int channels = axis("channels", bytes.getInt());
    int height = axis("height", bytes.getInt());
    int width = axis("width", bytes.getInt());
    double claimed = 4.0 * frameCount * channels * height * width;
    if (claimed != content.length - HEADER_BYTES) {
      throw corrupt(
          "(%d, %d, %d, %d) numbers of 4 bytes".formatted(frameCount, channels, height, width),
          (content.length - HEADER_BYTES) + " bytes");
    }
    float[] values = new float[(content.length - HEADER_BYTES) / 4];
    bytes.asFloatBuffer().get(values);
    return new Latents(frameCount, channels, height, width, values);
  }

  private static int axis(String name, int value) {
    if (value <= 0 || value > 1 << 16) {
      throw corrupt(name + " from 1 to 65536", Integer.toUnsignedString(value));
    }
    return value;
  }

  private static void expect(String name, int expected, int found) {
    if (expected != found) {
      throw corrupt("%s %08x".formatted(name, expected), "%08x".formatted(found));
    }
  }

  private static LongtakeException corrupt(String expected, String found) {
    return new LongtakeException(
        ErrorCode.DATA_CORRUPT, "latents: expected %s, found %s".formatted(expected, found));
  }
}
