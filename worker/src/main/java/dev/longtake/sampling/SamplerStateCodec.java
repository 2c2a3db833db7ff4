package dev.longtake.sampling;

import dev.longtake.denoise.SamplerStateForm;
import dev.longtake.error.LongtakeException;
import java.util.ArrayList;
import java.util.List;

/**
 * A sampler's state as bytes: what a chunk's checkpoint holds of it. Bits survive as they are,
 * those of numbers that are not finite included.
 */
public final class SamplerStateCodec {

  private SamplerStateCodec() {}

  /** Encodes a state. */
  public static byte[] encode(SamplerState state) {
    List<float[]> tensors = new ArrayList<>(List.of(state.latents()));
    tensors.addAll(state.history());
    return SamplerStateForm.encode(state.stepIndex(), tensors);
  }

  /**
   * Decodes a state.
   *
   * @throws LongtakeException {@code DATA_CORRUPT} if the bytes are not what {@link #encode} gives
   */
  public static SamplerState decode(byte[] all) {
    SamplerStateForm.View view = SamplerStateForm.open(all);
    List<float[]> tensors = new ArrayList<>();
    for (int i = 0; i < view.tensorCount(); i++) {
      float[] tensor = new float[view.length()];
      view.read(i, 0, tensor);
      tensors.add(tensor);
    }
    return new SamplerState(
        view.stepIndex(), tensors.getFirst(), tensors.subList(1, tensors.size()));
  }
}
