package dev.longtake.sampling;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A sampler's state as bytes: what a chunk's checkpoint holds of it. Bits survive as they are,
 * those of numbers that are not finite included.
 *
 * <p>A frame {@code LTSS} around the latents and the history, newest first, as IEEE binary32; the
 * checkpoint seals it.
 */
public final class SamplerStateCodec {

  private static final int STEPS_MAX = 1000;
  private static final int HISTORY_MAX = 8;

  private static final BinaryFrame FRAME =
      new BinaryFrame(
          "sampler state",
          "LTSS",
          1,
          Seal.NONE,
          List.of(
              new Axis("step", 0, STEPS_MAX),
              new Axis("length", 0, Integer.MAX_VALUE),
              new Axis("history", 0, HISTORY_MAX)),
          BinaryFrame.ARRAY_BYTES_MAX);

  private SamplerStateCodec() {}

  /** Encodes a state. */
  public static byte[] encode(SamplerState state) {
    int length = state.latents().length;
    int historyCount = state.history().size();
    return FRAME.encode(
        new int[] {state.stepIndex(), length, historyCount},
        valueBytes(length, historyCount),
        bytes -> {
          put(bytes, state.latents());
          state.history().forEach(tensor -> put(bytes, tensor));
        });
  }

  private static long valueBytes(int length, int historyCount) {
    return (long) Float.BYTES * length * (1 + historyCount);
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
  public static SamplerState decode(byte[] all) {
    BinaryFrame.Opened opened = FRAME.open(all);
    int length = opened.axis(1);
    int historyCount = opened.axis(2);
    ByteBuffer content = opened.content(valueBytes(length, historyCount));
    float[] latents = take(content, length);
    List<float[]> history = new ArrayList<>();
    for (int i = 0; i < historyCount; i++) {
      history.add(take(content, length));
    }
    return new SamplerState(opened.axis(0), latents, history);
  }

  private static float[] take(ByteBuffer content, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(content.getInt());
    }
    return values;
  }
}
