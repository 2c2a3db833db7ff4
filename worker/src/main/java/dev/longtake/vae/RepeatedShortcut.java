package dev.longtake.vae;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;

/**
 * Repeats channels and unfolds them to {@code time} times the frames and twice the rows and
 * columns: the inverse of {@link AveragedShortcut}. The repeating is a linear map with fixed
 * weights that also brings the channels into the order in which they are unfolded. The frames
 * before the first one of a video are dropped.
 */
record RepeatedShortcut(LinearWeight repeat, int outer, int time) implements VaeLayer {

  private static final int SPACE = 2;

  static VaeLayer make(VaeLoader loader, int inner, int outer, int time) {
    int cells = time * SPACE * SPACE;
    int repeats = outer * cells / inner;
    float[] weight = new float[outer * cells * inner];
    for (int channel = 0; channel < outer; channel++) {
      for (int offset = 0; offset < cells; offset++) {
        int row = offset * outer + channel;
        weight[row * inner + (channel * cells + offset) / repeats] = 1f;
      }
    }
    return new RepeatedShortcut(loader.made(outer * cells, inner, weight), outer, time);
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    Backend backend = stream.backend();
    Workspace workspace = stream.workspace();
    int frames = time * x.dim(0);
    int height = x.dim(1);
    int width = x.dim(2);
    int pixels = height * width;
    Tensor out = workspace.take(frames, SPACE * height, SPACE * width, outer);
    try (Workspace.Scope _ = workspace.scope()) {
      int folded = SPACE * SPACE * outer;
      Tensor wide = workspace.take(x.dim(0), height, width, time * folded);
      backend.linear(
          wide.view(x.dim(0) * pixels, time * folded), x.view(x.dim(0) * pixels, x.dim(3)), repeat);
      Tensor each = wide;
      if (time == 2) {
        each = workspace.take(frames, height, width, folded);
        backend.splitFrames(each, wide);
      }
      Tensor planes = workspace.take(outer, frames, SPACE * height, SPACE * width);
      backend.unpatchify(planes, each.view(frames * pixels, folded), SPACE);
      backend.channelsLast(out, planes);
    }
    int dropped = stream.isFirstPiece(this) ? time - 1 : 0;
    return out.slice(dropped, frames - dropped);
  }
}
