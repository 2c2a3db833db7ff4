package dev.longtake.vae;

import dev.longtake.tensor.Tensor;
import java.util.List;

/** {@code layers(x) + shortcut(x)}: a level of the VAE of Wan 2.2. */
record ShortcutLevel(VaeLayer shortcut, List<VaeLayer> layers) implements VaeLayer {

  ShortcutLevel {
    layers = List.copyOf(layers);
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    // First, because layers may overwrite what they are given.
    Tensor kept = shortcut.apply(stream, x);
    Tensor y = VaeLayer.applyAll(layers, stream, x);
    stream.backend().add(y, kept);
    return y;
  }
}
