package dev.longtake.sampling;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A sampler's state as bytes: what a chunk's checkpoint holds of it. Bits survive as they are,
 * those of numbers that are not finite included.
 *
 * <p>Little-endian: magic {@code LTSS}, version, step index, values of a tensor, history tensors
 * (u32 each), then the latents and the history, newest first, as IEEE binary32.
 */
public final class SamplerStateCodec {

  private static final int MAGIC = 0x5353544C; // "LTSS" read as a little-endian word
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 5 * Integer.BYTES;
  private static final int STEPS_MAX = 1000;
  private static final int HISTORY_MAX = 8;

  private SamplerStateCodec() {}

  /** Encodes a state. */
  public static byte[] encode(SamplerState state) {
    int length = state.latents().length;
    int tensors = 1 + state.history().size();
    int valueBytes = Math.multiplyExact(Float.BYTES * tensors, length);
    byte[] content = new byte[Math.addExact(HEADER_BYTES, valueBytes)];
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(VERSION).putInt(state.stepIndex());
    bytes.putInt(length).putInt(state.history().size());
    put(bytes, state.latents());
    state.history().forEach(tensor -> put(bytes, tensor));
    return content;
  }

  private static void put(ByteBuffer bytes, float[] values) {
    for (float value : values) {
      bytes.putInt(Float.floatToRawIntBits(value));
    }
  }

  /**
   * Decodes a state.
   *
   * @throws LongtakeException {@code DATA_CORRUPT} if the bytes are not what {@link #encode} gives
   */
  public static SamplerState decode(byte[] content) {
    if (content.length < HEADER_BYTES) {
      throw corrupt("at least %d bytes".formatted(HEADER_BYTES), content.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    within("magic", bytes.getInt(), MAGIC, MAGIC);
    within("version", bytes.getInt(), VERSION, VERSION);
    int stepIndex = within("step", bytes.getInt(), 0, STEPS_MAX);
    int length = within("length", bytes.getInt(), 0, Integer.MAX_VALUE);
    int historyCount = within("history", bytes.getInt(), 0, HISTORY_MAX);
    long claimed = (long) Float.BYTES * length * (1 + historyCount);
    if (claimed != bytes.remaining()) {
      throw corrupt(claimed + " bytes of values", bytes.remaining() + " bytes");
    }
    float[] latents = take(bytes, length);
    List<float[]> history = new ArrayList<>();
    for (int i = 0; i < historyCount; i++) {
      history.add(take(bytes, length));
    }
    return new SamplerState(stepIndex, latents, history);
  }

  private static float[] take(ByteBuffer bytes, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(bytes.getInt());
    }
    return values;
  }

  private static int within(String name, int found, int least, int most) {
    if (found < least || found > most) {
      throw corrupt("%s from %d to %d".formatted(name, least, most), String.valueOf(found));
    }
    return found;
  }

  private static LongtakeException corrupt(String expected, String found) {
    return new LongtakeException(
        ErrorCode.DATA_CORRUPT, "sampler state: expected %s, found %s".formatted(expected, found));
  }
}
