package dev.longtake.vae;

import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Doubles frames, if it has a time convolution, then rows and columns. The very first frame of a
 * video stays one, and the time convolution never sees it: for the frames that follow, it begins
 * with zero frames.
 */
final class Doubling implements VaeLayer {

  private final @Nullable TimeConv time;
  private final TimeConv space;

  private Doubling(@Nullable TimeConv time, TimeConv space) {
    this.time = time;
    this.space = space;
  }

  static Doubling load(
      VaeLoader loader, String name, int channels, int result, boolean doublesTime) {
    return new Doubling(
        doublesTime ? loader.causal(name + ".time_conv", 2 * channels, channels, 3, 1) : null,
        loader.causal(name + ".resample.1", result, channels, 1, 3));
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    Tensor y = time == null ? x : doubleFrames(stream, time, x);
    Workspace workspace = stream.workspace();
    Tensor out =
        workspace.take(y.dim(0), 2 * y.dim(1), 2 * y.dim(2), space.spec().outputChannels());
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor large = workspace.take(y.dim(0), 2 * y.dim(1), 2 * y.dim(2), y.dim(3));
      stream.backend().upsampleNearest(large, y);
      space.apply(stream, out, large);
    }
    return out;
  }

  private Tensor doubleFrames(VaeStream stream, TimeConv conv, Tensor x) {
    Workspace workspace = stream.workspace();
    int passed = stream.isFirstPiece(this) ? 1 : 0;
    int rest = x.dim(0) - passed;
    Tensor out = workspace.take(passed + 2 * rest, x.dim(1), x.dim(2), x.dim(3));
    if (passed > 0) {
      stream.backend().copy(out.slice(0, 1), x.slice(0, 1));
    }
    if (rest > 0) {
      try (Workspace.Scope _ = workspace.scope()) {
        Tensor pairs = conv.apply(stream, x.slice(passed, rest));
        stream.backend().splitFrames(out.slice(passed, 2 * rest), pairs);
      }
    }
    return out;
  }
}
