package dev.longtake.frames;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Frames as bytes of an artifact, without loss: a frame {@code LTFR} around one zstd frame that
 * holds {@code (count, height, width, 3)} bytes.
 */
public final class FramesCodec {

  private static final int LEVEL = 1;
  private static final int SIDE_MAX = 1 << 14;
  private static final int COUNT_MAX = 1 << 16;

  /**
   * Bytes that one of zstd's can stand for: a block of 128 KiB has four at least (RFC 8878,
   * 3.1.1.2). Nothing is allocated for a promise of more.
   */
  private static final long UNPACKED_MAX = (128 << 10) / 4;

  /** Bytes of RGB of the longest run. */
  public static final int RAW_BYTES_MAX = BinaryFrame.ARRAY_BYTES_MAX;

  private static final BinaryFrame FRAME =
      new BinaryFrame(
          "frames",
          "LTFR",
          1,
          Seal.NONE,
          List.of(
              new Axis("width", 1, SIDE_MAX),
              new Axis("height", 1, SIDE_MAX),
              new Axis("frames", 1, COUNT_MAX)),
          BinaryFrame.ARRAY_BYTES_MAX);

  /** Bytes at the start of encoded frames that say their shape. */
  public static final int HEAD_BYTES = FRAME.headerBytes();

  private FramesCodec() {}

  /**
   * The shape of encoded frames: width, height, frames.
   *
   * @param head the first {@link #HEAD_BYTES} of them
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if they are none
   */
  public static List<Integer> shape(byte[] head) {
    BinaryFrame.Opened opened = FRAME.open(head);
    return List.of(opened.axis(0), opened.axis(1), opened.axis(2));
  }

  /** Encodes frames. */
  public static byte[] encode(FrameRun frames) {
    byte[] packed = Zstd.compress(frames.rgb(), LEVEL);
    return FRAME.encode(
        new int[] {frames.width(), frames.height(), frames.count()},
        packed.length,
        bytes -> bytes.put(packed));
  }

  /**
   * Decodes frames.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static FrameRun decode(byte[] content) {
    BinaryFrame.Opened opened = FRAME.open(content);
    int width = opened.axis(0);
    int height = opened.axis(1);
    int count = opened.axis(2);
    long rawBytes = 3L * width * height * count;
    ByteBuffer bytes = opened.content();
    byte[] packed = new byte[bytes.remaining()];
    bytes.get(packed);
    long promised = packed.length == 0 ? 0 : Zstd.getFrameContentSize(packed);
    if (rawBytes > RAW_BYTES_MAX
        || rawBytes > packed.length * UNPACKED_MAX
        || promised != rawBytes) {
      throw FRAME.corrupt(
          "%d frames of %dx%d".formatted(count, width, height), promised + " bytes");
    }
    return new FrameRun(width, height, count, unpacked(packed, (int) rawBytes));
  }

  private static byte[] unpacked(byte[] packed, int rawBytes) {
    byte[] rgb = new byte[rawBytes];
    try {
      long found = Zstd.decompress(rgb, packed);
      if (Zstd.isError(found) || found != rawBytes) {
        throw FRAME.corrupt(rawBytes + " bytes", "a broken zstd frame");
      }
      return rgb;
    } catch (ZstdException e) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "frames: expected a zstd frame, found a broken one: " + e.getMessage(),
          e);
    }
  }
}
