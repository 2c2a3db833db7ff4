package dev.longtake.draft;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.binary.BinaryFrame.Axis;
import dev.longtake.binary.BinaryFrame.Seal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.ByteBuffer;
import java.util.List;

/** Draft maps as bytes: a sealed frame {@code LTDM} around the weights as IEEE binary32. */
public final class DraftMapCodec {

  private static final BinaryFrame FRAME =
      new BinaryFrame(
          "draft map",
          "LTDM",
          1,
          Seal.ALL,
          List.of(
              new Axis("channels", 1, DraftMap.CHANNELS_MAX),
              new Axis("patch", 1, DraftMap.PATCH_MAX)),
          1 << 18);

  private DraftMapCodec() {}

  /** Encodes a map. */
  public static byte[] encode(DraftMap map) {
    return FRAME.encode(
        new int[] {map.channels(), map.patch()},
        (long) Float.BYTES * map.weights().length,
        bytes -> {
          for (float weight : map.weights()) {
            bytes.putFloat(weight);
          }
        });
  }

  /**
   * Decodes and checks a map.
   *
   * @throws LongtakeException with {@link ErrorCode#DATA_CORRUPT} if the bytes are not what {@link
   *     #encode} gives
   */
  public static DraftMap decode(byte[] all) {
    BinaryFrame.Opened opened = FRAME.open(all);
    int channels = opened.axis(0);
    int patch = opened.axis(1);
    int count = DraftMap.weightCount(channels, patch);
    ByteBuffer content = opened.content((long) Float.BYTES * count);
    float[] weights = new float[count];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = content.getFloat();
      if (!Float.isFinite(weights[i])) {
        throw FRAME.corrupt("finite weights", String.valueOf(weights[i]));
      }
    }
    return new DraftMap(channels, patch, weights);
  }
}
