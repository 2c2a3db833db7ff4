package dev.longtake.latent;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Final latents as bytes of an artifact, whose name is their digest: a frame {@code LTLA} around
 * {@code (T, C, h, w)} IEEE binary32.
 */
public final class LatentsCodec {

  private static final BinaryFrame FRAME =
      new BinaryFrame(
          "latents",
          "LTLA",
          1,
          Seal.NONE,
          List.of(
              Axis.count("latent frames"),
              Axis.count("channels"),
              Axis.count("height"),
              Axis.count("width")),
          LatentLimits.LATENTS_BYTES_MAX);

  /** Bytes at the start of encoded latents that say their shape. */
  public static final int HEAD_BYTES = FRAME.headerBytes();

  private LatentsCodec() {}

  /**
   * The shape of encoded latents: latent frames, channels, height, width.
   *
   * @param head the first {@link #HEAD_BYTES} of them
   * @param sizeBytes of all of them
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if they are none, or not as long
   *     as their shape says
   */
  public static List<Integer> shape(byte[] head, long sizeBytes) {
    BinaryFrame.Opened opened = FRAME.open(head);
    List<Integer> shape = List.of(opened.axis(0), opened.axis(1), opened.axis(2), opened.axis(3));
    long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (encodedBytes(elements) != sizeBytes) {
      throw FRAME.corrupt(encodedBytes(elements) + " bytes", sizeBytes + " bytes");
    }
    return shape;
  }

  /** Bytes of latents of this many numbers. */
  public static long encodedBytes(long elements) {
    return FRAME.headerBytes() + elements * Float.BYTES;
  }

  /**
   * Encodes latents.
   *
   * @throws LongtakeException with {@link ErrorCode#ENGINE_FAILED} if a number is not finite
   */
  public static byte[] encode(Latents latents) {
    float[] values = latents.values();
    return FRAME.encode(
        new int[] {
          latents.frameCount(), latents.channels(), latents.height(), latents.width(),
        },
        (long) values.length * Float.BYTES,
        bytes -> {
          for (int i = 0; i < values.length; i++) {
            bytes.putFloat(finite(values[i], i));
          }
        });
  }

  private static float finite(float value, int index) {
    if (!Float.isFinite(value)) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "latents element %d: expected a finite number, found %s".formatted(index, value));
    }
    return value;
  }

  /**
   * Decodes latents.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static Latents decode(byte[] content) {
    BinaryFrame.Opened opened = FRAME.open(content);
    int frameCount = opened.axis(0);
    int channels = opened.axis(1);
    int height = opened.axis(2);
    int width = opened.axis(3);
    long elements = Shapes.elements(frameCount, channels, height, width);
    ByteBuffer bytes = opened.content(Shapes.bytes(elements, Float.BYTES));
    float[] values = new float[(int) elements];
    bytes.asFloatBuffer().get(values);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw FRAME.corrupt("a finite number as element " + i, String.valueOf(values[i]));
      }
    }
    return new Latents(frameCount, channels, height, width, values);
  }
}
