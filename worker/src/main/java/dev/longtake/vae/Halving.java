package dev.longtake.vae;

import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Halves rows and columns, then, if it has a time convolution, frames: the very first frame passes
 * through, and every further two become one with the help of the frame before them.
 */
record Halving(TimeConv space, @Nullable TimeConv time) implements VaeLayer {

  static Halving load(VaeLoader loader, String name, int channels, boolean halvesTime) {
    return new Halving(
        loader.conv(name + ".resample.1", ConvSpec.halving(channels, channels)),
        halvesTime
            ? loader.conv(name + ".time_conv", ConvSpec.halvingTime(channels, channels))
            : null);
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    Tensor y = space.apply(stream, x);
    if (time == null) {
      return y;
    }
    FrameCache cache = stream.cacheOf(time, 1, y);
    Tensor past = cache.frames();
    int passed = past == null ? 1 : 0;
    if (past == null) {
      past = y.slice(0, 1);
    }
    int rest = y.dim(0) - passed;
    Workspace workspace = stream.workspace();
    Tensor out = workspace.take(passed + rest / 2, y.dim(1), y.dim(2), y.dim(3));
    if (passed > 0) {
      stream.backend().copy(out.slice(0, 1), past);
    }
    if (rest > 0) {
      time.convolve(stream, out.slice(passed, rest / 2), y.slice(passed, rest), past);
    }
    cache.push(stream.backend(), y);
    return out;
  }
}
