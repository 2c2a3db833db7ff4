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
    ByteBuffer content = content(opened);
    float[] velocity = new float[(int) elements(opened)];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = TYPE.decode(finite(content.getShort(), i));
    }
    return new Slab(opened.axis(0), opened.axis(1), opened.axis(2), opened.axis(3), velocity);
  }

  /**
   * Checks a slab as {@link #decode} does, and makes no copy of it.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static void check(byte[] payload) {
    BinaryFrame.Opened opened = FRAME.open(payload);
    ByteBuffer content = content(opened);
    long elements = elements(opened);
    for (int i = 0; i < elements; i++) {
      finite(content.getShort(), i);
    }
  }

  private static long elements(BinaryFrame.Opened opened) {
    return Shapes.elements(opened.axis(0), opened.axis(1), opened.axis(2), opened.axis(3));
  }

  private static ByteBuffer content(BinaryFrame.Opened opened) {
    return opened.content(Shapes.bytes(elements(opened), TYPE.bytesPerElement()));
  }

  private static short finite(short bits, int index) {
    if (!TYPE.isFinite(bits)) {
      throw FRAME.corrupt("a finite number as element " + index, TYPE.decode(bits) + "");
    }
    return bits;
  }
}
