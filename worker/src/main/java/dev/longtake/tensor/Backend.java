package dev.longtake.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic a video model needs. {@link ReferenceBackend} is the definition in plain loops;
 * every other backend must agree with it (see TensorOpsConformanceTest) and give the same bits
 * whenever it is run twice on one machine, whatever its number of threads.
 *
 * <p>Axes: {@code N} rows (tokens of a chunk, or pixels), {@code D} the length of a row, {@code T}
 * frames, {@code H W} height and width, {@code C} channels. Two layouts occur: token rows {@code
 * (N, D)}, and for the VAE channels-last frames {@code (T, H, W, C)}, which are token rows of
 * {@code T H W} pixels as well: a 1 x 1 x 1 convolution is {@link #linear} on {@code view(T * H *
 * W, C)}.
 *
 * <p>All tensors are contiguous. They are F32, but for activations that a backend keeps in BF16
 * (see {@link Workspace#take(int...)}); values travel in and out as 32-bit floats. The result comes
 * first; it may be the same tensor as an input only where that is said. Operations throw {@link
 * IllegalArgumentException} when shapes do not fit. One thread uses a backend at a time; the
 * backend uses its own threads inside.
 */
public interface Backend extends AutoCloseable {

  /**
   * The same backend with all products in 32-bit floats, for what bf16 would carry too far from the
   * original: itself if it never rounds operands, or always does. Weights remember which of the two
   * prepared them, so that either can use all of them; so do both with workspaces and tensors. Ends
   * with the backend; closing it alone does nothing.
   */
  default Backend inF32() {
    return this;
  }

  /** Equal classes mean equal bits: kind, instruction set, precision, version of the arithmetic. */
  String engineClass();

  /** A tensor that lives as long as the backend (weights, tables); its contents are undefined. */
  Tensor allocate(Shape shape);

  /**
   * A place for one chunk's latents {@code (channels, frames, height, width)}, to be stepped where
   * they lie; closed by the caller before the backend.
   *
   * @return empty: tensors lie in host memory, where arrays do as well
   */
  default Optional<TensorLatents> openLatents(int channels, int frames, int height, int width) {
    return Optional.empty();
  }

  /** A new empty workspace; closed by the caller. */
  Workspace openWorkspace();

  /** The same for a model that wants its activations in 32-bit floats on every backend. */
  default Workspace openWorkspaceF32() {
    return openWorkspace();
  }

  /** Copies host values, as many as {@code out} has elements, from {@code values[first]} on. */
  void write(Tensor out, float[] values, int first);

  /** Copies all elements to {@code values[first]} and on; waits until they are there. */
  void read(Tensor x, float[] values, int first);

  /** Copies {@code x}, of equal element count. */
  void copy(Tensor out, Tensor x);

  /** Sets every element. */
  void fill(Tensor out, float value);

  /**
   * Takes over the weight of a linear map.
   *
   * @param weight host memory, {@code (outputCount, inputCount)} floats in native order
   * @param bias host memory, {@code (outputCount)} floats; null: none
   */
  LinearWeight prepareLinear(
      int outputCount, int inputCount, MemorySegment weight, @Nullable MemorySegment bias);

  /**
   * Takes over the weight of a convolution. Time taps that are all zero are found here and cost
   * nothing later.
   *
   * @param weight host memory, {@code (outputChannels, inputChannels, kernelTime, kernelHeight,
   *     kernelWidth)} floats in native order
   * @param bias host memory, {@code (outputChannels)} floats; null: none
   */
  ConvWeight prepareConv(ConvSpec spec, MemorySegment weight, @Nullable MemorySegment bias);

  /**
   * Gives a weight back before the backend is closed; it must not be used any more. For weights
   * that pass by, such as those of a text encoder that is larger than the memory.
   */
  default void release(LinearWeight weight) {}

  /**
   * {@code out[n,m] = activation(bias[m] + sum_k x[n,k] weight[m,k])}.
   *
   * @param out {@code (N, outputCount)}
   * @param x {@code (N, inputCount)}
   */
  void linear(Tensor out, Tensor x, LinearWeight weight, Activation activation);

  /** {@link #linear} without an activation. */
  default void linear(Tensor out, Tensor x, LinearWeight weight) {
    linear(out, x, weight, Activation.NONE);
  }

  /**
   * Normalises each row and modulates it: {@code out[n,d] = (x[n,d] - mean) / sqrt(variance +
   * epsilon) * (1 + scale[d]) + shift[d]}, with the population variance.
   *
   * @param out {@code (N, D)}; may be {@code x}
   * @param scale {@code (D)}
   * @param shift {@code (D)}
   */
  void layerNormModulated(Tensor out, Tensor x, Tensor scale, Tensor shift, float epsilon);

  /** As {@link #layerNormModulated} with {@code * weight[d] + bias[d]}. */
  void layerNormAffine(Tensor out, Tensor x, Tensor weight, Tensor bias, float epsilon);

  /**
   * {@code out[n,d] = x[n,d] / sqrt(mean_d(x[n,d]^2) + epsilon) * weight[d]}.
   *
   * @param out {@code (N, D)}; may be {@code x}
   * @param weight {@code (D)}
   */
  void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon);

  /**
   * Rotates neighbouring pairs of each head by the angles of its row: {@code (a, b) -> (a cos - b
   * sin, a sin + b cos)} for {@code a = x[n, h d + 2j], b = x[n, h d + 2j + 1]}, the pair's angle
   * being entry {@code (n, j)} of the tables.
   *
   * @param out {@code (N, heads * d)}; may be {@code x}
   * @param cos {@code (N, d / 2)}
   * @param sin {@code (N, d / 2)}
   * @see <a href="https://arxiv.org/abs/2104.09864">Su et al., RoFormer, 2021</a>
   */
  void rotate(Tensor out, Tensor x, Tensor cos, Tensor sin, int headCount);

  /**
   * {@link #rmsNorm}, then {@link #rotate}: what attention does to queries and keys.
   *
   * @param out {@code (N, heads * d)}; may be {@code x}
   */
  default void rmsNormRotate(
      Tensor out, Tensor x, Tensor weight, float epsilon, Tensor cos, Tensor sin, int headCount) {
    rmsNorm(out, x, weight, epsilon);
    rotate(out, out, cos, sin, headCount);
  }

  /**
   * Attention of every query row over all key rows, head by head: {@code softmax_j(scale q_i . k_j
   * + relativeBias[h, j - i + N - 1]) v_j}. No score matrix larger than a tile is kept.
   *
   * @param out {@code (N, headCount * d)}; may be {@code q}
   * @param q {@code (N, headCount * d)}
   * @param k {@code (M, headCount * d)}
   * @param v {@code (M, headCount * d)}
   * @param relativeBias {@code (headCount, N + M - 1)}, by key index minus query index; null: none
   */
  void attention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      int headCount,
      float scale,
      @Nullable Tensor relativeBias);

  /** {@code x[n,d] += y[n,d]}, shapes of equal element count. */
  default void add(Tensor x, Tensor y) {
    addScaled(x, y, 1f);
  }

  /** {@code x += factor * y}, shapes of equal element count. */
  void addScaled(Tensor x, Tensor y, float factor);

  /**
   * {@code x[n,d] += y[n,d] * gate[d]}.
   *
   * @param x {@code (N, D)}, changed
   * @param gate {@code (D)}
   */
  void addGated(Tensor x, Tensor y, Tensor gate);

  /** {@code out = x * y}, element by element; {@code out} may be either. */
  void multiply(Tensor out, Tensor x, Tensor y);

  /** {@code out = activation(x)}, element by element; {@code out} may be {@code x}. */
  void activate(Tensor out, Tensor x, Activation activation);

  /**
   * Cuts planes into patches, one token a patch, tokens in the order t, y, x: {@code out[(t, y, x),
   * (c * patch + dy) * patch + dx] = x[c, t, y * patch + dy, x * patch + dx]}.
   *
   * @param out {@code (T * H / patch * W / patch, C * patch * patch)}
   * @param x {@code (C, T, H, W)}
   */
  void patchify(Tensor out, Tensor x, int patch);

  /**
   * Puts patches back, with the channel fastest within a token, unlike {@link #patchify}: {@code
   * out[c, t, y * patch + dy, x * patch + dx] = x[(t, y, x), (dy * patch + dx) * C + c]}.
   *
   * @param out {@code (C, T, H, W)}
   * @param x {@code (T * H / patch * W / patch, patch * patch * C)}
   */
  void unpatchify(Tensor out, Tensor x, int patch);

  /**
   * Convolves frames; see {@link ConvSpec} for padding and sizes.
   *
   * @param out {@code (T', H', W', outputChannels)}
   * @param x {@code (T, H, W, inputChannels)}
   * @param past {@code (P, H, W, inputChannels)} with {@code P <= pastFrameCount}: the frames right
   *     before {@code x}; zero frames stand before them; null: {@code P = 0}
   */
  void conv(Tensor out, Tensor x, @Nullable Tensor past, ConvWeight weight);

  /**
   * Scales each pixel to the length {@code sqrt(C)} over its channels, then by {@code gamma}:
   * {@code y = x / max(|x|, 1e-12) * sqrt(C) * gamma[c]}; {@code out = activation(y)}.
   *
   * @param out {@code (N, C)} or {@code (T, H, W, C)}; may be {@code x}
   * @param gamma {@code (C)}
   */
  void channelNorm(Tensor out, Tensor x, Tensor gamma, Activation activation);

  /**
   * Repeats each pixel twice in both directions.
   *
   * @param out {@code (T, 2 H, 2 W, C)}
   * @param x {@code (T, H, W, C)}
   */
  void upsampleNearest(Tensor out, Tensor x);

  /**
   * Makes two frames of one with twice the channels: {@code out[2t + s, y, x, c] = x[t, y, x, s * C
   * + c]}.
   *
   * @param out {@code (2 T, H, W, C)}
   * @param x {@code (T, H, W, 2 C)}
   */
  void splitFrames(Tensor out, Tensor x);

  /**
   * Moves the channel axis last: {@code out[t, y, x, c] = x[c, t, y, x]}.
   *
   * @param out {@code (T, H, W, C)}
   * @param x {@code (C, T, H, W)}
   */
  void channelsLast(Tensor out, Tensor x);

  /** Ends the backend's threads and frees everything it allocated. */
  @Override
  void close();
}
