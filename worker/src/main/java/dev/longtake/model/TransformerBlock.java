package dev.longtake.model;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;

/**
 * One block: self-attention over all tokens, attention to the prompt, a feed-forward layer. The
 * first and the last are modulated by the timestep, the second is not.
 */
final class TransformerBlock {

  /** Keys and values of a prompt for one block, {@code (rows, D)} each: the same at every step. */
  record PromptKeys(Tensor keys, Tensor values) {}

  private record Attention(
      LinearWeight q,
      LinearWeight k,
      LinearWeight v,
      LinearWeight out,
      Tensor normQ,
      Tensor normK) {

    static Attention load(Layers layers, String prefix) {
      return new Attention(
          layers.linear(prefix + "to_q"),
          layers.linear(prefix + "to_k"),
          layers.linear(prefix + "to_v"),
          layers.linear(prefix + "to_out.0"),
          layers.tensor(prefix + "norm_q.weight"),
          layers.tensor(prefix + "norm_k.weight"));
    }
  }

  private final Backend backend;
  private final TransformerConfig config;
  private final float attentionScale;
  private final Tensor modulation;
  private final Attention self;
  private final Attention cross;
  private final Tensor crossNormWeight;
  private final Tensor crossNormBias;
  private final LinearWeight ffnIn;
  private final LinearWeight ffnOut;

  TransformerBlock(Backend backend, TransformerConfig config, Layers layers, String prefix) {
    this.backend = backend;
    this.config = config;
    attentionScale = (float) (1 / Math.sqrt(config.headDim()));
    modulation = layers.tensor(prefix + "scale_shift_table", 6, config.dim());
    self = Attention.load(layers, prefix + "attn1.");
    cross = Attention.load(layers, prefix + "attn2.");
    crossNormWeight = layers.tensor(prefix + "norm2.weight");
    crossNormBias = layers.tensor(prefix + "norm2.bias");
    ffnIn = layers.linear(prefix + "ffn.net.0.proj");
    ffnOut = layers.linear(prefix + "ffn.net.2");
  }

  /**
   * Computes what the prompt gives this block.
   *
   * @param workspace holds the result
   * @param context {@code (rows, D)}
   */
  PromptKeys promptKeys(Workspace workspace, Tensor context) {
    Tensor keys = workspace.take(context.dim(0), config.dim());
    Tensor values = workspace.take(context.dim(0), config.dim());
    backend.linear(keys, context, cross.k());
    backend.rmsNorm(keys, keys, cross.normK(), config.epsilon());
    backend.linear(values, context, cross.v());
    return new PromptKeys(keys, values);
  }

  /**
   * Runs the block.
   *
   * @param x {@code (tokens, D)}, changed
   * @param timeRows {@code (6, D)}: what the timestep adds to the block's own modulation
   * @param cos {@code (tokens, headDim / 2)}
   * @param sin {@code (tokens, headDim / 2)}
   */
  void run(
      Workspace workspace, Tensor x, Tensor timeRows, PromptKeys prompt, Tensor cos, Tensor sin) {
    long mark = workspace.mark();
    Tensor rows = workspace.takeF32(6, config.dim());
    backend.copy(rows, modulation);
    backend.add(rows, timeRows);
    Tensor y = workspace.take(x.dim(0), config.dim());
    selfAttention(workspace, x, y, rows, cos, sin);
    promptAttention(workspace, x, y, prompt);
    feedForward(workspace, x, y, rows);
    workspace.release(mark);
  }

  private void selfAttention(
      Workspace workspace, Tensor x, Tensor y, Tensor rows, Tensor cos, Tensor sin) {
    long mark = workspace.mark();
    Tensor q = workspace.take(x.dim(0), config.dim());
    Tensor k = workspace.take(x.dim(0), config.dim());
    Tensor v = workspace.take(x.dim(0), config.dim());
    backend.layerNormModulated(y, x, rows.row(1), rows.row(0), config.epsilon());
    backend.linear(q, y, self.q());
    backend.linear(k, y, self.k());
    backend.linear(v, y, self.v());
    int heads = config.headCount();
    backend.rmsNormRotate(q, q, self.normQ(), config.epsilon(), cos, sin, heads);
    backend.rmsNormRotate(k, k, self.normK(), config.epsilon(), cos, sin, heads);
    backend.attention(q, q, k, v, heads, attentionScale, null);
    backend.linear(y, q, self.out());
    backend.addGated(x, y, rows.row(2));
    workspace.release(mark);
  }

  private void promptAttention(Workspace workspace, Tensor x, Tensor y, PromptKeys prompt) {
    long mark = workspace.mark();
    Tensor q = workspace.take(x.dim(0), config.dim());
    backend.layerNormAffine(y, x, crossNormWeight, crossNormBias, config.epsilon());
    backend.linear(q, y, cross.q());
    backend.rmsNorm(q, q, cross.normQ(), config.epsilon());
    backend.attention(
        q, q, prompt.keys(), prompt.values(), config.headCount(), attentionScale, null);
    backend.linear(y, q, cross.out());
    backend.add(x, y);
    workspace.release(mark);
  }

  private void feedForward(Workspace workspace, Tensor x, Tensor y, Tensor rows) {
    long mark = workspace.mark();
    Tensor hidden = workspace.take(x.dim(0), config.ffnDim());
    backend.layerNormModulated(y, x, rows.row(4), rows.row(3), config.epsilon());
    backend.linear(hidden, y, ffnIn, Activation.GELU_TANH);
    backend.linear(y, hidden, ffnOut);
    backend.addGated(x, y, rows.row(5));
    workspace.release(mark);
  }
}
