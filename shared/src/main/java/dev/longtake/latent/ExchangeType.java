package dev.longtake.latent;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;

/**
 * The number format in which neighbouring chunks tell each other their velocity. A chunk fuses its
 * own velocity in this precision too, so that both sides of an overlap compute with the same bits.
 */
public enum ExchangeType {
  /** IEEE binary16, rounded to nearest even. */
  F16("f16", Short.BYTES);

  /** What the farm exchanges. */
  public static final ExchangeType IN_USE = F16;

  /** All ones in binary16 for infinities and what is no number. */
  private static final int F16_EXPONENT = 0x7C00;

  private final String word;
  private final int bytesPerElement;

  ExchangeType(String word, int bytesPerElement) {
    this.word = word;
    this.bytesPerElement = bytesPerElement;
  }

  /** What messages and keys call it. */
  public String word() {
    return word;
  }

  public int bytesPerElement() {
    return bytesPerElement;
  }

  /**
   * The number in this precision, as bits.
   *
   * @param index of the number within its slab, for the message
   * @throws LongtakeException with {@link ErrorCode#ENGINE_FAILED} if it is not finite or larger
   *     than the format holds
   */
  public short encode(float value, int index) {
    short bits = Float.floatToFloat16(value);
    if (!Float.isFinite(decode(bits))) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "velocity element %d: expected a number that %s holds, found %s"
              .formatted(index, word, value));
    }
    return bits;
  }

  /** Whether these bits stand for a number, and not for infinity or none. */
  boolean isFinite(short bits) {
    return (bits & F16_EXPONENT) != F16_EXPONENT;
  }

  /** The number that these bits stand for. */
  public float decode(short bits) {
    return Float.float16ToFloat(bits);
  }

  /**
   * The slab as its neighbour will read it.
   *
   * @throws LongtakeException as {@link #encode} does
   */
  public Slab quantise(Slab slab) {
    float[] velocity = new float[slab.velocity().length];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = decode(encode(slab.velocity()[i], i));
    }
    return new Slab(slab.overlap(), slab.channels(), slab.height(), slab.width(), velocity);
  }

  /** A slab from bits. */
  public Slab decode(int overlap, int channels, int height, int width, short[] bits) {
    float[] velocity = new float[bits.length];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = decode(bits[i]);
    }
    return new Slab(overlap, channels, height, width, velocity);
  }

  /**
   * A slab as bits.
   *
   * @throws LongtakeException as {@link #encode} does
   */
  public short[] encode(Slab slab) {
    float[] values = slab.velocity();
    short[] bits = new short[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = encode(values[i], i);
    }
    return bits;
  }
}
