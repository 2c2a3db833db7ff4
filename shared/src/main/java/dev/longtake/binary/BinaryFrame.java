package dev.longtake.binary;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * What stands around the content of a binary form, and what is checked before a byte of the content
 * is believed.
 *
 * <p>Little-endian: magic (four ASCII letters), version (u32), the axes (u32 each), the content. A
 * digest, if there is one, stands where its {@link Seal} says. Nothing is allocated for what a
 * header claims: a codec asks {@link Opened#content(long)} for as many bytes as the axes need, and
 * gets them only if they are there.
 *
 * @param name what messages call the form
 * @param magic four ASCII letters
 * @param version of the form
 * @param axes the numbers after the version, in order
 * @param bytesMax of the whole form
 */
public record BinaryFrame(
    String name, String magic, int version, Seal seal, List<Axis> axes, int bytesMax) {

  /** Where the digest stands and what it covers. */
  public enum Seal {
    /** None: what carries the form has a digest of it already. */
    NONE,
    /** After the axes, of the content alone. */
    CONTENT,
    /** Before the axes, of all that follows it. */
    ALL
  }

  /** A number of the header, from {@code least} to {@code most}. */
  public record Axis(String name, int least, int most) {

    public Axis {
      require(!name.isEmpty(), "an axis has no name");
      require(0 <= least && least <= most, "%s: expected a range, found %d, %d", name, least, most);
    }

    /** A number of things: at least one, and no more than any shape of this project has. */
    public static Axis count(String name) {
      return new Axis(name, 1, COUNT_MAX);
    }
  }

  /** Bytes of the longest array that every Java runtime gives. */
  public static final int ARRAY_BYTES_MAX = Integer.MAX_VALUE - 16;

  private static final int COUNT_MAX = 1 << 16;
  private static final int AXES_AT = 2 * Integer.BYTES;

  public BinaryFrame {
    requireNonNull(seal, "seal");
    axes = List.copyOf(axes);
    require(magic.length() == Integer.BYTES, "expected a magic of four letters, found %s", magic);
    require(bytesMax <= ARRAY_BYTES_MAX, "%s: no array holds %d bytes", name, bytesMax);
  }

  /** Bytes before the content. */
  public int headerBytes() {
    return AXES_AT + axes.size() * Integer.BYTES + (seal == Seal.NONE ? 0 : Digest.BYTE_COUNT);
  }

  /**
   * Encodes.
   *
   * @param shape a number for each axis
   * @param contentBytes how many bytes {@code content} writes
   * @throws LongtakeException with {@link ErrorCode#INTERNAL} if it is larger than the form may be;
   *     plans are refused before it comes to that
   */
  public byte[] encode(int[] shape, long contentBytes, Consumer<ByteBuffer> content) {
    requireShape(shape);
    if (contentBytes > bytesMax - headerBytes()) {
      throw new LongtakeException(
          ErrorCode.INTERNAL,
          "%s: expected at most %d bytes, found %d"
              .formatted(name, bytesMax, contentBytes + headerBytes()));
    }
    byte[] all = new byte[headerBytes() + (int) contentBytes];
    ByteBuffer bytes = littleEndian(all);
    bytes.put(magic.getBytes(StandardCharsets.US_ASCII)).putInt(version);
    bytes.position(axesAt());
    for (int value : shape) {
      bytes.putInt(value);
    }
    bytes.position(headerBytes());
    content.accept(bytes);
    require(!bytes.hasRemaining(), "%s: %d bytes are not written", name, bytes.remaining());
    if (seal != Seal.NONE) {
      bytes.put(digestAt(), digest(all).toBytes());
    }
    return all;
  }

  private void requireShape(int[] shape) {
    require(
        shape.length == axes.size(),
        "%s: expected %d axes, found %d",
        name,
        axes.size(),
        shape.length);
    for (int i = 0; i < shape.length; i++) {
      Axis axis = axes.get(i);
      require(
          shape[i] >= axis.least() && shape[i] <= axis.most(),
          "%s: expected %s from %d to %d, found %d",
          name,
          axis.name(),
          axis.least(),
          axis.most(),
          shape[i]);
    }
  }

  /**
   * Checks size, magic, version and axes; a seal over all of it as well.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not of this form
   */
  public Opened open(byte[] all) {
    if (all.length < headerBytes()) {
      throw corrupt("at least %d bytes".formatted(headerBytes()), all.length + " bytes");
    }
    if (all.length > bytesMax) {
      throw corrupt("at most %d bytes".formatted(bytesMax), all.length + " bytes");
    }
    ByteBuffer bytes = littleEndian(all);
    int letters = littleEndian(magic.getBytes(StandardCharsets.US_ASCII)).getInt();
    expect("magic", letters, bytes.getInt());
    expect("version", version, bytes.getInt());
    if (seal == Seal.ALL) {
      requireSealed(all);
    }
    bytes.position(axesAt());
    int[] shape = new int[axes.size()];
    for (int i = 0; i < shape.length; i++) {
      Axis axis = axes.get(i);
      shape[i] = within(axis.name(), bytes.getInt(), axis.least(), axis.most());
    }
    return new Opened(all, shape);
  }

  /** A form whose header has been checked. */
  public final class Opened {

    private final byte[] all;
    private final int[] shape;

    private Opened(byte[] all, int[] shape) {
      this.all = all;
      this.shape = shape;
    }

    /** The number of an axis. */
    public int axis(int index) {
      return shape[index];
    }

    /**
     * The content, little-endian, of a form whose axes say how long it is.
     *
     * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if there are more or fewer
     *     bytes, or they are not those that were sealed
     */
    public ByteBuffer content(long expectedBytes) {
      int found = all.length - headerBytes();
      if (found != expectedBytes) {
        throw corrupt(expectedBytes + " bytes of content", found + " bytes");
      }
      return content();
    }

    /** The content, little-endian, however long it is. */
    public ByteBuffer content() {
      if (seal == Seal.CONTENT) {
        requireSealed(all);
      }
      return littleEndian(all).position(headerBytes()).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /**
   * A number that was read, if it is within its bounds.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if not
   */
  public int within(String what, int found, int least, int most) {
    if (found < least || found > most) {
      throw corrupt("%s from %d to %d".formatted(what, least, most), String.valueOf(found));
    }
    return found;
  }

  /** What to throw for a content that is not what the form says. */
  public LongtakeException corrupt(String expected, String found) {
    return new LongtakeException(
        ErrorCode.DATA_CORRUPT, "%s: expected %s, found %s".formatted(name, expected, found));
  }

  private void requireSealed(byte[] all) {
    byte[] promised = new byte[Digest.BYTE_COUNT];
    ByteBuffer.wrap(all).get(digestAt(), promised);
    Digest found = digest(all);
    if (!found.equals(Digest.fromBytes(promised))) {
      throw corrupt("digest " + Digest.fromBytes(promised), found.hex());
    }
  }

  private Digest digest(byte[] all) {
    int from = digestAt() + Digest.BYTE_COUNT;
    return Digest.of(ByteBuffer.wrap(all, from, all.length - from));
  }

  private int axesAt() {
    return seal == Seal.ALL ? AXES_AT + Digest.BYTE_COUNT : AXES_AT;
  }

  private int digestAt() {
    return seal == Seal.ALL ? AXES_AT : AXES_AT + axes.size() * Integer.BYTES;
  }

  private void expect(String what, int expected, int found) {
    if (expected != found) {
      throw corrupt("%s %08x".formatted(what, expected), "%08x".formatted(found));
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
