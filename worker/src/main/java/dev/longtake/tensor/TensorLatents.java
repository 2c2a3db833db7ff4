package dev.longtake.tensor;

import dev.longtake.sampling.ResidentLatents;

/** Latents that a backend keeps, as the tensors that a model reads and writes. */
public interface TensorLatents extends ResidentLatents {

  /** {@code (C, T, h, w)}, F32: what the model takes in. */
  Tensor latents();

  /** {@code (C, T, h, w)}, F32: where the model puts the velocity of a pass. */
  Tensor velocity(Pass pass);
}
