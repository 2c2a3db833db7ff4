package dev.longtake.frames;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Frames as bytes of an artifact, without loss.
 *
 * <p>Little-endian: magic {@code LTFR}, version (u32), width, height, count (u32 each), then one
 * zstd frame that holds {@code (count, height, width, 3)} bytes.
 */
public final class FramesCodec {

  private static final int MAGIC = 0x5246544C; // "LTFR" read as a little-endian word
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 5 * Integer.BYTES;
  private static final int LEVEL = 1;
  private static final int SIDE_MAX = 1 << 14;
  private static final int COUNT_MAX = 1 << 16;
  private static final long RAW_BYTES_MAX = Integer.MAX_VALUE - 16L;

  private FramesCodec() {}

  /** Encodes frames. */
  public static byte[] encode(FrameRun frames) {
    byte[] packed = Zstd.compress(frames.rgb(), LEVEL);
    byte[] content = new byte[HEADER_BYTES + packed.length];
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(VERSION);
    bytes.putInt(frames.width()).putInt(frames.height()).putInt(frames.count());
    bytes.put(packed);
    return content;
  }

  /**
   * Decodes frames.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static FrameRun decode(byte[] content) {
    if (content.length < HEADER_BYTES) {
      throw corrupt("at least %d bytes".formatted(HEADER_BYTES), content.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    expect("magic", MAGIC, bytes.getInt());
    expect("version", VERSION, bytes.getInt());
    int width = axis("width", bytes.getInt(), SIDE_MAX);
    int height = axis("height", bytes.getInt(), SIDE_MAX);
    int count = axis("frames", bytes.getInt(), COUNT_MAX);
    long rawBytes = 3L * width * height * count;
    byte[] packed = Arrays.copyOfRange(content, HEADER_BYTES, content.length);
    long promised = Zstd.getFrameContentSize(packed);
    if (rawBytes > RAW_BYTES_MAX || promised != rawBytes) {
      throw corrupt("%d frames of %dx%d".formatted(count, width, height), promised + " bytes");
    }
    byte[] rgb = new byte[(int) rawBytes];
    try {
      long found = Zstd.decompress(rgb, packed);
      if (Zstd.isError(found) || found != rawBytes) {
        throw corrupt(rawBytes + " bytes", "a broken zstd frame");
      }
    } catch (ZstdException e) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "frames: expected a zstd frame, found a broken one: " + e.getMessage(),
          e);
    }
    return new FrameRun(width, height, count, rgb);
  }

  private static int axis(String name, int value, int max) {
    if (value <= 0 || value > max) {
      throw corrupt("%s from 1 to %d".formatted(name, max), Integer.toUnsignedString(value));
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
        ErrorCode.DATA_CORRUPT, "frames: expected %s, found %s".formatted(expected, found));
  }
}
