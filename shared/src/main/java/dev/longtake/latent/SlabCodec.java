package dev.longtake.latent;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Slabs as bytes: 16-bit floats behind a header that says their shape and digest.
 *
 * <p>Little-endian: magic {@code LTSL}, version (u32), overlap, channels, height, width (u32 each),
 * SHA-256 of what follows (32 bytes), then {@code (O, C, h, w)} IEEE binary16, rounded to nearest
 * even.
 */
public final class SlabCodec {

  private static final int MAGIC = 0x4C53544C; // "LTSL" read as a little-endian word
  private static final int VERSION = 1;
  private static final int SHAPE_BYTES = 6 * Integer.BYTES;
  private static final int HEADER_BYTES = SHAPE_BYTES + Digest.BYTE_COUNT;

  /** Payload bytes of the largest slab that is taken. */
  public static final int PAYLOAD_BYTES_MAX = 64 << 20;

  /** The type of the numbers of a slab, a part of what decides a shot: IEEE binary16. */
  public static final String ELEMENT_TYPE = "f16";

  private SlabCodec() {}

  /**
   * Encodes a slab.
   *
   * @throws LongtakeException with {@link ErrorCode#ENGINE_FAILED} if a number is not finite or
   *     larger than 16 bits hold
   */
  public static byte[] encode(Slab slab) {
    float[] velocity = slab.velocity();
    long byteCount = HEADER_BYTES + 2L * velocity.length;
    if (byteCount > PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "expected a slab of at most %d bytes, found %d".formatted(PAYLOAD_BYTES_MAX, byteCount));
    }
    byte[] payload = new byte[(int) byteCount];
    ByteBuffer bytes = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(VERSION);
    bytes.putInt(slab.overlap()).putInt(slab.channels());
    bytes.putInt(slab.height()).putInt(slab.width());
    bytes.position(HEADER_BYTES);
    for (int i = 0; i < velocity.length; i++) {
      bytes.putShort(half(velocity[i], i));
    }
    Digest digest = Digest.of(ByteBuffer.wrap(payload, HEADER_BYTES, 2 * velocity.length));
    bytes.put(SHAPE_BYTES, digest.toBytes());
    return payload;
  }

  /**
   * Decodes and checks a slab.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static Slab decode(byte[] payload) {
    if (payload.length < HEADER_BYTES) {
      throw corrupt("at least %d bytes".formatted(HEADER_BYTES), payload.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    expect("magic", MAGIC, bytes.getInt());
    expect("version", VERSION, bytes.getInt());
    int overlap = axis("overlap", bytes.getInt());
    int channels = axis("channels", bytes.getInt());
    int height = axis("height", bytes.getInt());
    int width = axis("width", bytes.getInt());
    int elementBytes = payload.length - HEADER_BYTES;
    long expected = 2L * overlap * channels * ((long) height * width);
    if (expected != elementBytes) {
      throw corrupt(expected + " bytes of velocity", elementBytes + " bytes");
    }
    byte[] digest = new byte[Digest.BYTE_COUNT];
    bytes.get(digest);
    Digest promised = Digest.fromBytes(digest);
    Digest found = Digest.of(bytes);
    if (!promised.equals(found)) {
      throw corrupt("digest " + promised, found.hex());
    }
    float[] velocity = new float[elementBytes / 2];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = Float.float16ToFloat(bytes.getShort());
    }
    return new Slab(overlap, channels, height, width, velocity);
  }

  /** The slab as its neighbour will read it: what a chunk uses of its own in the fusion. */
  public static Slab quantise(Slab slab) {
    float[] velocity = new float[slab.velocity().length];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = Float.float16ToFloat(half(slab.velocity()[i], i));
    }
    return new Slab(slab.overlap(), slab.channels(), slab.height(), slab.width(), velocity);
  }

  private static short half(float value, int index) {
    short half = Float.floatToFloat16(value);
    if (!Float.isFinite(Float.float16ToFloat(half))) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "velocity element %d: expected a number that 16 bits hold, found %s"
              .formatted(index, value));
    }
    return half;
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
        ErrorCode.DATA_CORRUPT, "slab: expected %s, found %s".formatted(expected, found));
  }
}
