package dev.longtake.tensor;

/**
 * The kernel and bias of a convolution over frames, in the form its backend likes best. Lives as
 * long as the backend; only the backend that made it can use it.
 */
public interface ConvWeight {
  /** What kind of convolution this is. */
  ConvSpec spec();
}
