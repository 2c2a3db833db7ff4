package dev.longtake.latent;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Slabs as bytes: a frame {@code LTSL} with a seal over its content, {@code (O, C, h, w)} in the
 * exchange type.
 */
public final class SlabCodec {

  private static final ExchangeType TYPE = ExchangeType.IN_USE;

  private static final BinaryFrame FRAME =
      new BinaryFrame(
          "slab",
          "LTSL",
          1,
          Seal.CONTENT,
          List.of(
              Axis.count("overlap"),
              Axis.count("channels"),
              Axis.count("height"),
              Axis.count("width")),
          LatentLimits.SLAB_BYTES_MAX);

  /** The type of the numbers of a slab, a part of what decides a shot: IEEE binary16. */
  public static final String ELEMENT_TYPE = "f16";

  private SlabCodec() {}

  /** Bytes of a slab of this many numbers. */
  public static long encodedBytes(long elements) {
    return FRAME.headerBytes() + elements * TYPE.bytesPerElement();
  }

  /**
   * Encodes a slab.
   *
   * @throws LongtakeException with {@link ErrorCode#ENGINE_FAILED} if a number is not finite or
   *     larger than the exchange type holds
   */
  public static byte[] encode(Slab slab) {
    float[] velocity = slab.velocity();
    return FRAME.encode(
        new int[] {slab.overlap(), slab.channels(), slab.height(), slab.width()},
        (long) velocity.length * TYPE.bytesPerElement(),
        bytes -> {
          for (int i = 0; i < velocity.length; i++) {
            bytes.putShort(TYPE.encode(velocity[i], i));
          }
        });
  }

  /**
   * Decodes and checks a slab.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static Slab decode(byte[] payload) {
    BinaryFrame.Opened opened = FRAME.open(payload);
    int overlap = opened.axis(0);
    int channels = opened.axis(1);
    int height = opened.axis(2);
    int width = opened.axis(3);
    long elements = Shapes.elements(overlap, channels, height, width);
    ByteBuffer content = opened.content(Shapes.bytes(elements, TYPE.bytesPerElement()));
    float[] velocity = new float[(int) elements];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = TYPE.decode(content.getShort());
    }
    return new Slab(overlap, channels, height, width, velocity);
  }
}
