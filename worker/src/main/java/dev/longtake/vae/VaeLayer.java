package dev.longtake.vae;

import dev.longtake.tensor.Tensor;

/** One layer of the VAE's encoder or decoder, on frames {@code (T, H, W, C)}. */
interface VaeLayer {

  /**
   * Takes in the next frames of a stream and returns what comes out for them.
   *
   * @param x may be overwritten, and may be the very tensor that is returned
   * @return frames in the stream's workspace
   */
  Tensor apply(VaeStream stream, Tensor x);
}
