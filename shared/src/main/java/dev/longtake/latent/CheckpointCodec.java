package dev.longtake.latent;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Checkpoints as bytes: the sampler's state behind what made it. A frame {@code LTCP} with a seal
 * over all of it; content: chunk digest (32 bytes), length of the engine class (u32), engine class
 * (ASCII), state.
 */
public final class CheckpointCodec {

  private static final int STEP_MAX = 1000;
  private static final int NAME_BYTES_MAX = 64;
  private static final int FIXED_BYTES = Digest.BYTE_COUNT + Integer.BYTES;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private static final BinaryFrame FRAME =
      new BinaryFrame(
          "checkpoint",
          "LTCP",
          1,
          Seal.ALL,
          List.of(
              new Axis("step", 1, STEP_MAX),
              Axis.count("frames"),
              Axis.count("channels"),
              Axis.count("height"),
              Axis.count("width")),
          LatentLimits.CHECKPOINT_BYTES_MAX);

  private CheckpointCodec() {}

  /** Bytes of a checkpoint around a state of so many bytes, at most. */
  public static long encodedBytes(long stateBytes) {
    return FRAME.headerBytes() + FIXED_BYTES + NAME_BYTES_MAX + stateBytes;
  }

  /**
   * Encodes a checkpoint.
   *
   * @throws LongtakeException with {@link ErrorCode#INTERNAL} if it is larger than {@link
   *     LatentLimits#CHECKPOINT_BYTES_MAX}
   */
  public static byte[] encode(Checkpoint checkpoint) {
    Checkpoint.Origin origin = checkpoint.origin();
    byte[] name = origin.engineClass().getBytes(StandardCharsets.US_ASCII);
    return FRAME.encode(
        new int[] {
          checkpoint.stepIndex(),
          origin.frameCount(),
          origin.channels(),
          origin.height(),
          origin.width(),
        },
        (long) FIXED_BYTES + name.length + checkpoint.state().length,
        bytes ->
            bytes
                .put(origin.chunkDigest().toBytes())
                .putInt(name.length)
                .put(name)
                .put(checkpoint.state()));
  }

  /**
   * Decodes and checks a checkpoint.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static Checkpoint decode(byte[] all) {
    BinaryFrame.Opened opened = FRAME.open(all);
    ByteBuffer content = opened.content();
    Checkpoint.Origin origin = origin(opened, content);
    return new Checkpoint(origin, opened.axis(0), take(content, content.remaining()));
  }

  /**
   * Checks a checkpoint as {@link #decode} does, and makes no copy of its state.
   *
   * @return the denoise steps done
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static int check(byte[] all) {
    BinaryFrame.Opened opened = FRAME.open(all);
    origin(opened, opened.content());
    return opened.axis(0);
  }

  /** What comes before the state. */
  private static Checkpoint.Origin origin(BinaryFrame.Opened opened, ByteBuffer content) {
    if (content.remaining() < FIXED_BYTES) {
      throw FRAME.corrupt(
          FIXED_BYTES + " bytes of origin at least", content.remaining() + " bytes");
    }
    Digest chunkDigest = Digest.fromBytes(take(content, Digest.BYTE_COUNT));
    return new Checkpoint.Origin(
        engineClass(content),
        chunkDigest,
        opened.axis(1),
        opened.axis(2),
        opened.axis(3),
        opened.axis(4));
  }

  private static String engineClass(ByteBuffer content) {
    int bytes = FRAME.within("engine class bytes", content.getInt(), 1, NAME_BYTES_MAX);
    if (bytes > content.remaining()) {
      throw FRAME.corrupt(bytes + " bytes of engine class", content.remaining() + " bytes");
    }
    String name = new String(take(content, bytes), StandardCharsets.US_ASCII);
    if (!NAME.matcher(name).matches()) {
      throw FRAME.corrupt("an engine class of letters, digits, '.', '_' and '-'", name);
    }
    return name;
  }

  private static byte[] take(ByteBuffer content, int count) {
    byte[] taken = new byte[count];
    content.get(taken);
    return taken;
  }
}
