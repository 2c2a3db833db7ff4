package dev.longtake.vae;

import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.Tensor;

/**
 * Folds {@code time x space x space} neighbours into channels and averages groups of them until the
 * wanted number is left. It has no weights of its own, but is a convolution with fixed ones whose
 * stride is its kernel.
 *
 * <p>Of an odd number of frames the first one is paired with a zero frame; that is the very first
 * piece of a video, and {@code first} has the zero frame as its past.
 */
record AveragedShortcut(TimeConv first, TimeConv later) implements VaeLayer {

  static VaeLayer make(VaeLoader loader, int inner, int outer, int time, int space) {
    float[] kernel = kernel(inner, outer, time, space);
    return new AveragedShortcut(
        loader.made(spec(inner, outer, time, space, time - 1), kernel),
        loader.made(spec(inner, outer, time, space, 0), kernel));
  }

  private static ConvSpec spec(int inner, int outer, int time, int space, int past) {
    return new ConvSpec(outer, inner, time, space, space, time, space, past, 0, 0);
  }

  /** Channel {@code c} at offset {@code o} of its cell is number {@code c * cells + o}. */
  private static float[] kernel(int inner, int outer, int time, int space) {
    int cells = time * space * space;
    int group = inner * cells / outer;
    float[] kernel = new float[outer * inner * cells];
    for (int number = 0; number < inner * cells; number++) {
      kernel[number / group * inner * cells + number] = 1f / group;
    }
    return kernel;
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    TimeConv conv = stream.isFirstPiece(this) ? first : later;
    ConvSpec spec = conv.spec();
    Tensor out =
        stream
            .workspace()
            .take(
                spec.outputFrames(x.dim(0)),
                spec.outputHeight(x.dim(1)),
                spec.outputWidth(x.dim(2)),
                spec.outputChannels());
    conv.convolve(stream, out, x, null);
    return out;
  }
}
