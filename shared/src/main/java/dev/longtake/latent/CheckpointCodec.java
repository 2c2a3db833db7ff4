package dev.longtake.latent;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Checkpoints as bytes: the sampler's state behind a header that says what made it.
 *
 * <p>Little-endian: magic {@code LTCP}, version (u32), SHA-256 of all that follows (32 bytes); step
 * index, frames, channels, height, width (u32 each), model digest (32 bytes), length of the engine
 * class (u32), engine class (ASCII), state.
 */
public final class CheckpointCodec {

  private static final int MAGIC = 0x5043544C; // "LTCP" read as a little-endian word
  private static final int VERSION = 1;
  private static final int SEAL_BYTES = 2 * Integer.BYTES + Digest.BYTE_COUNT;
  private static final int FIXED_BYTES = SEAL_BYTES + 6 * Integer.BYTES + Digest.BYTE_COUNT;
  private static final int STEP_MAX = 1000;
  private static final int AXIS_MAX = 1 << 16;
  private static final int NAME_BYTES_MAX = 64;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Bytes of the largest checkpoint that is taken; one message carries it. */
  public static final int BYTES_MAX = 256 << 20;

  private CheckpointCodec() {}

  /**
   * Encodes a checkpoint.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if it is larger than {@link
   *     #BYTES_MAX}
   */
  public static byte[] encode(Checkpoint checkpoint) {
    Checkpoint.Origin origin = checkpoint.origin();
    byte[] name = origin.engineClass().getBytes(StandardCharsets.US_ASCII);
    long byteCount = (long) FIXED_BYTES + name.length + checkpoint.state().length;
    if (byteCount > BYTES_MAX) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "checkpoint: expected at most %d bytes, found %d".formatted(BYTES_MAX, byteCount));
    }
    byte[] content = new byte[(int) byteCount];
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(VERSION).position(SEAL_BYTES);
    bytes.putInt(checkpoint.stepIndex());
    bytes.putInt(origin.frameCount()).putInt(origin.channels());
    bytes.putInt(origin.height()).putInt(origin.width());
    bytes.put(origin.modelDigest().toBytes());
    bytes.putInt(name.length).put(name).put(checkpoint.state());
    bytes.put(2 * Integer.BYTES, seal(content).toBytes());
    return content;
  }

  private static Digest seal(byte[] content) {
    return Digest.of(ByteBuffer.wrap(content, SEAL_BYTES, content.length - SEAL_BYTES));
  }

  /**
   * Decodes and checks a checkpoint.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static Checkpoint decode(byte[] content) {
    if (content.length < FIXED_BYTES) {
      throw corrupt("at least %d bytes".formatted(FIXED_BYTES), content.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    within("magic", bytes.getInt(), MAGIC, MAGIC);
    within("version", bytes.getInt(), VERSION, VERSION);
    Digest promised = digest(bytes);
    Digest found = seal(content);
    if (!promised.equals(found)) {
      throw corrupt("digest " + promised, found.hex());
    }
    int stepIndex = within("step", bytes.getInt(), 1, STEP_MAX);
    int frameCount = within("frames", bytes.getInt(), 1, AXIS_MAX);
    int channels = within("channels", bytes.getInt(), 1, AXIS_MAX);
    int height = within("height", bytes.getInt(), 1, AXIS_MAX);
    int width = within("width", bytes.getInt(), 1, AXIS_MAX);
    Digest modelDigest = digest(bytes);
    int nameBytes = within("engine class bytes", bytes.getInt(), 1, NAME_BYTES_MAX);
    if (nameBytes > bytes.remaining()) {
      throw corrupt(nameBytes + " bytes of engine class", bytes.remaining() + " bytes");
    }
    byte[] name = new byte[nameBytes];
    bytes.get(name);
    String engineClass = new String(name, StandardCharsets.US_ASCII);
    if (!NAME.matcher(engineClass).matches()) {
      throw corrupt("an engine class of letters, digits, '.', '_' and '-'", engineClass);
    }
    byte[] state = new byte[bytes.remaining()];
    bytes.get(state);
    return new Checkpoint(
        new Checkpoint.Origin(engineClass, modelDigest, frameCount, channels, height, width),
        stepIndex,
        state);
  }

  private static Digest digest(ByteBuffer bytes) {
    byte[] digest = new byte[Digest.BYTE_COUNT];
    bytes.get(digest);
    return Digest.fromBytes(digest);
  }

  private static int within(String name, int found, int least, int most) {
    if (found < least || found > most) {
      throw corrupt("%s from %d to %d".formatted(name, least, most), String.valueOf(found));
    }
    return found;
  }

  private static LongtakeException corrupt(String expected, String found) {
    return new LongtakeException(
        ErrorCode.DATA_CORRUPT, "checkpoint: expected %s, found %s".formatted(expected, found));
  }
}
