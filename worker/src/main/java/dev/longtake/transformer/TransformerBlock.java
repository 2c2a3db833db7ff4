package dev.longtake.transformer;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import dev.longtake.weights.Layers;
import java.util.List;

/**
 * One block: self-attention over all tokens, attention to the prompt, a feed-forward layer. The
 * first and the last are modulated by the timestep, the second is not.
 */
final class TransformerBlock {

  private static final int HIDDEN_ROWS = 4096;

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

  /** A run of tokens and this block's modulation of it, {@code (6, D)}. */
  private record Modulated(TimeRun run, Tensor rows) {

    /** Rows 0 to 2 are shift, scale and gate of the attention, 3 to 5 of the feed-forward layer. */
    Tensor row(int index) {
      return rows.row(index);
    }
  }

  /**
   * Runs the block.
   *
   * @param x {@code (tokens, D)}, changed
   * @param times what the timesteps add to the block's own modulation
   * @param cos {@code (tokens, headDim / 2)}
   * @param sin {@code (tokens, headDim / 2)}
   */
  void run(
      Workspace workspace,
      Tensor x,
      List<TimeRun> times,
      PromptKeys prompt,
      Tensor cos,
      Tensor sin) {
    try (Workspace.Scope _ = workspace.scope()) {
      List<Modulated> runs = times.stream().map(time -> modulated(workspace, time)).toList();
      Tensor y = workspace.take(x.dim(0), config.dim());
      selfAttention(workspace, x, y, runs, cos, sin);
      promptAttention(workspace, x, y, prompt);
      feedForward(workspace, x, y, runs);
    }
  }

  private Modulated modulated(Workspace workspace, TimeRun time) {
    Tensor rows = workspace.takeF32(6, config.dim());
    backend.copy(rows, modulation);
    backend.add(rows, time.rows());
    return new Modulated(time, rows);
  }

  private void normalise(Tensor y, Tensor x, List<Modulated> runs, int firstRow) {
    for (Modulated each : runs) {
      backend.layerNormModulated(
          each.run().of(y),
          each.run().of(x),
          each.row(firstRow + 1),
          each.row(firstRow),
          config.epsilon());
    }
  }

  private void addGated(Tensor x, Tensor y, List<Modulated> runs, int row) {
    runs.forEach(each -> backend.addGated(each.run().of(x), each.run().of(y), each.row(row)));
  }

  private void selfAttention(
      Workspace workspace, Tensor x, Tensor y, List<Modulated> runs, Tensor cos, Tensor sin) {
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor q = workspace.take(x.dim(0), config.dim());
      Tensor k = workspace.take(x.dim(0), config.dim());
      Tensor v = workspace.take(x.dim(0), config.dim());
      normalise(y, x, runs, 0);
      backend.linear(q, y, self.q());
      backend.linear(k, y, self.k());
      backend.linear(v, y, self.v());
      int heads = config.headCount();
      backend.rmsNormRotate(q, q, self.normQ(), config.epsilon(), cos, sin, heads);
      backend.rmsNormRotate(k, k, self.normK(), config.epsilon(), cos, sin, heads);
      backend.attention(q, q, k, v, heads, attentionScale, null);
      backend.linear(y, q, self.out());
      addGated(x, y, runs, 2);
    }
  }

  private void promptAttention(Workspace workspace, Tensor x, Tensor y, PromptKeys prompt) {
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor q = workspace.take(x.dim(0), config.dim());
      backend.layerNormAffine(y, x, crossNormWeight, crossNormBias, config.epsilon());
      backend.linear(q, y, cross.q());
      backend.rmsNorm(q, q, cross.normQ(), config.epsilon());
      backend.attention(
          q, q, prompt.keys(), prompt.values(), config.headCount(), attentionScale, null);
      backend.linear(y, q, cross.out());
      backend.add(x, y);
    }
  }

  /** The hidden rows are the widest there are, so they are made for some tokens at a time. */
  private void feedForward(Workspace workspace, Tensor x, Tensor y, List<Modulated> runs) {
    normalise(y, x, runs, 3);
    for (int first = 0; first < x.dim(0); first += HIDDEN_ROWS) {
      try (Workspace.Scope _ = workspace.scope()) {
        Tensor part = y.slice(first, Math.min(HIDDEN_ROWS, x.dim(0) - first));
        Tensor hidden = workspace.take(part.dim(0), config.ffnDim());
        backend.linear(hidden, part, ffnIn, Activation.GELU_TANH);
        backend.linear(part, hidden, ffnOut);
      }
    }
    addGated(x, y, runs, 5);
  }
}
