package dev.longtake.denoise;

import static dev.longtake.error.Require.require;
import static java.util.Objects.checkFromIndexSize;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * How a sampler's state is written: a frame {@code LTSS} around the latents and what the solver
 * remembers, newest first, as IEEE binary32. Nothing seals it but what it is a part of.
 */
public final class SamplerStateForm {

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

  private SamplerStateForm() {}

  /**
   * Writes a state.
   *
   * @param stepIndex the next step to take
   * @param tensors the latents and what the solver remembers, all as long as the first
   */
  public static byte[] encode(int stepIndex, List<float[]> tensors) {
    int length = tensors.getFirst().length;
    return FRAME.encode(
        new int[] {stepIndex, length, tensors.size() - 1},
        valueBytes(length, tensors.size()),
        bytes -> tensors.forEach(tensor -> put(bytes, tensor)));
  }

  private static long valueBytes(int length, int tensorCount) {
    return (long) Float.BYTES * length * tensorCount;
  }

  private static void put(ByteBuffer bytes, float[] values) {
    for (float value : values) {
      bytes.putInt(Float.floatToRawIntBits(value));
    }
  }

  /**
   * Checks a state's header and length, and makes no copy of its numbers.
   *
   * @param all not changed by anyone as long as the view is read
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static View open(byte[] all) {
    BinaryFrame.Opened opened = FRAME.open(all);
    int length = opened.axis(1);
    int tensorCount = 1 + opened.axis(2);
    ByteBuffer values = opened.content(valueBytes(length, tensorCount));
    return new View(opened.axis(0), length, tensorCount, values);
  }

  /**
   * A state whose numbers are still bytes; whatever bits they have, those that are not finite too.
   *
   * @param stepIndex the next step to take
   * @param length numbers of each tensor
   * @param tensorCount the latents, and what the solver remembers
   */
  public record View(int stepIndex, int length, int tensorCount, ByteBuffer values) {

    /**
     * Reads some numbers of a tensor.
     *
     * @param tensor 0 for the latents, from 1 on for what the solver remembers
     * @param into filled
     */
    public void read(int tensor, int from, float[] into) {
      require(tensor < tensorCount, "expected one of %d tensors, found %d", tensorCount, tensor);
      checkFromIndexSize(from, into.length, length);
      int at = tensor * length + from;
      for (int i = 0; i < into.length; i++) {
        into[i] = Float.intBitsToFloat(values.getInt(Float.BYTES * (at + i)));
      }
    }
  }
}
