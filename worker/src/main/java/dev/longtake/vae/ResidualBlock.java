package dev.longtake.vae;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code shortcut(x) + conv2(silu(norm2(conv1(silu(norm1(x))))))}. */
record ResidualBlock(
    Tensor norm1, TimeConv conv1, Tensor norm2, TimeConv conv2, @Nullable LinearWeight shortcut)
    implements VaeLayer {

  static ResidualBlock load(VaeLoader loader, String name, int inner, int outer) {
    return new ResidualBlock(
        loader.gamma(name + ".norm1", inner),
        loader.branch(name + ".conv1", outer, inner),
        loader.gamma(name + ".norm2", outer),
        loader.branch(name + ".conv2", outer, outer),
        loader.shortcut(name + ".conv_shortcut", outer, inner));
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    Backend backend = stream.backend();
    Workspace workspace = stream.workspace();
    int pixels = x.dim(0) * x.dim(1) * x.dim(2);
    int inner = x.dim(3);
    int outer = conv1.spec().outputChannels();
    Tensor sum = x;
    if (shortcut != null) {
      sum = workspace.take(x.dim(0), x.dim(1), x.dim(2), outer);
      backend.linear(sum.view(pixels, outer), x.view(pixels, inner), shortcut);
    }
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor y = workspace.take(x.dim(0), x.dim(1), x.dim(2), inner);
      backend.channelNorm(y, x, norm1, Activation.SILU);
      Tensor z = conv1.apply(stream, y);
      backend.channelNorm(z, z, norm2, Activation.SILU);
      backend.add(sum, conv2.apply(stream, z));
    }
    return sum;
  }
}
