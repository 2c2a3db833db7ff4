package dev.longtake.vae;

import dev.longtake.lifetime.StillWanted;
import dev.longtake.tensor.Tensor;
import java.util.List;

/** One layer of the VAE's encoder or decoder, on frames {@code (T, H, W, C)}. */
interface VaeLayer {

  /**
   * Takes in the next frames of a stream and returns what comes out for them.
   *
   * @param x may be overwritten, and may be the very tensor that is returned
   * @return frames in the stream's workspace
   */
  Tensor apply(VaeStream stream, Tensor x);

  /** Takes a piece through layers, one after the other. */
  static Tensor applyAll(List<VaeLayer> layers, VaeStream stream, Tensor x) {
    Tensor y = x;
    for (VaeLayer layer : layers) {
      StillWanted.check();
      y = layer.apply(stream, y);
    }
    return y;
  }
}
