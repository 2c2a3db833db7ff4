package dev.longtake.tensor;

/** What a linear map may apply to its result. */
public enum Activation {
  /** The result itself. */
  NONE,
  /** {@code x / (1 + exp(-x))}. */
  SILU,
  /** {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}. */
  GELU_TANH
}
