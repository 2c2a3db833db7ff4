package dev.longtake.vae;

import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over frames that come piece by piece: it remembers, in the {@link VaeStream}, as
 * many of the last input frames as its kernel reaches back.
 */
record TimeConv(ConvWeight weight) implements VaeLayer {

  /** What kind of convolution this is. */
  ConvSpec spec() {
    return weight.spec();
  }

  @Override
  public Tensor apply(VaeStream stream, Tensor x) {
    ConvSpec spec = spec();
    Tensor out =
        stream
            .workspace()
            .take(
                spec.outputFrames(x.dim(0)),
                spec.outputHeight(x.dim(1)),
                spec.outputWidth(x.dim(2)),
                spec.outputChannels());
    apply(stream, out, x);
    return out;
  }

  /**
   * As {@link #apply(VaeStream, Tensor)}, into a tensor of the right shape that is not {@code x}.
   */
  void apply(VaeStream stream, Tensor out, Tensor x) {
    if (spec().pastFrameCount() == 0) {
      convolve(stream, out, x, null);
      return;
    }
    FrameCache cache = stream.cacheOf(this, spec().pastFrameCount(), x);
    convolve(stream, out, x, cache.frames());
    cache.push(stream.backend(), x);
  }

  /** Convolves with the given past, and remembers nothing. */
  void convolve(VaeStream stream, Tensor out, Tensor x, @Nullable Tensor past) {
    stream.backend().conv(out, x, past, weight);
  }
}
