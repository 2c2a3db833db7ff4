package dev.longtake.text;

import static dev.longtake.error.Require.require;

import dev.longtake.lifetime.Opened;
import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import dev.longtake.weights.Layers;
import dev.longtake.weights.WeightFaults;
import dev.longtake.weights.WeightSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The umT5 encoder: token ids go in, one embed a token comes out.
 *
 * <p>It differs from other transformers in that scores are not divided by the square root of the
 * head's size, and that every block has its own table of position biases, by distance bucket.
 * Padding is masked as a key, so running the prompt's own tokens alone gives the same result and is
 * what is done here. Embedding rows are fetched one by one: the public table has 4 GB.
 *
 * <p>The public encoder is four times as large as the transformer it serves. So a large one is
 * never held: each block is loaded for the moment in which it runs. A small one stays loaded.
 *
 * <p>Source: Chung et al., UniMax, 2023 (umT5); Raffel et al., T5, 2020.
 */
public final class TextEncoder implements AutoCloseable {

  /** Blocks that take more than this together pass by; as much as one chunk's activations. */
  static final long RESIDENT_BYTES_MAX = 256L << 20;

  private static final String FINAL_NORM = "encoder.final_layer_norm.weight";

  @SuppressWarnings("ArrayRecordComponent") // The bias table, never compared.
  private record Block(
      Layers layers,
      LinearWeight q,
      LinearWeight k,
      LinearWeight v,
      LinearWeight o,
      float[] bias,
      Tensor attentionNorm,
      LinearWeight gate,
      LinearWeight up,
      LinearWeight down,
      Tensor ffnNorm)
      implements AutoCloseable {

    @Override
    public void close() {
      layers.release();
    }
  }

  private final TextEncoderConfig config;
  private final WeightSource source;
  private final Backend backend;
  private final Workspace resident;
  private final String embedding;
  private final List<Block> blocks = new ArrayList<>();
  private final Tensor finalNorm;

  /**
   * Opens the encoder.
   *
   * @param source stays open as long as the encoder is used
   * @throws dev.longtake.error.LongtakeException {@code MODEL_INVALID} if tensors are missing or
   *     have other shapes than the configuration says
   */
  public TextEncoder(TextEncoderConfig config, WeightSource source, Backend backend) {
    this(config, source, backend, RESIDENT_BYTES_MAX);
  }

  public TextEncoder(
      TextEncoderConfig config, WeightSource source, Backend backend, long residentBytesMax) {
    this.config = config;
    this.source = source;
    this.backend = backend.inF32();
    embedding = embeddingName(source);
    WeightFaults.require(source, "text_encoder", expected(config, source));
    resident = this.backend.openWorkspace();
    try (Opened opened = new Opened()) {
      opened.add(this);
      finalNorm = new Layers(source, this.backend).tensor(FINAL_NORM);
      if (config.blockBytes() * config.layerCount() <= residentBytesMax) {
        for (int i = 0; i < config.layerCount(); i++) {
          blocks.add(load(i, resident));
        }
      }
      opened.keep(this);
    }
  }

  /** What an encoder of this config consists of, its embedding table under either name. */
  public static WeightFaults.Expected expected(TextEncoderConfig config, WeightSource source) {
    Map<String, Shape> shapes = new LinkedHashMap<>(config.expectedShapes());
    shapes.put(embeddingName(source), Shape.of(config.vocabularySize(), config.dim()));
    return WeightFaults.Expected.of(shapes);
  }

  /** The embedding's name: tied to the decoder's in the public files, alone in others. */
  static String embeddingName(WeightSource source) {
    return source.names().contains("shared.weight")
        ? "shared.weight"
        : "encoder.embed_tokens.weight";
  }

  private Block load(int index, Workspace workspace) {
    Layers layers = new Layers(source, backend);
    try (Opened opened = new Opened()) {
      opened.add(layers::release);
      return opened.keep(block(layers, index, workspace));
    }
  }

  private Block block(Layers layers, int index, Workspace workspace) {
    String prefix = "encoder.block." + index + ".";
    String attention = prefix + "layer.0.SelfAttention.";
    String dense = prefix + "layer.1.DenseReluDense.";
    return new Block(
        layers,
        layers.linear(attention + "q"),
        layers.linear(attention + "k"),
        layers.linear(attention + "v"),
        layers.linear(attention + "o"),
        source.readF32(attention + "relative_attention_bias.weight"),
        layers.tensor(workspace, prefix + "layer.0.layer_norm.weight"),
        layers.linear(dense + "wi_0"),
        layers.linear(dense + "wi_1"),
        layers.linear(dense + "wo"),
        layers.tensor(workspace, prefix + "layer.1.layer_norm.weight"));
  }

  /** Width of an embed. */
  public int dim() {
    return config.dim();
  }

  /**
   * Encodes a prompt.
   *
   * @param ids its tokens, the end token included, without padding
   * @return {@code (ids.length, dim)}
   */
  public float[] encode(int[] ids) {
    float[] embeds = new float[ids.length * config.dim()];
    gather(ids, embeds);
    try (Workspace workspace = backend.openWorkspaceF32()) {
      Tensor x = workspace.take(ids.length, config.dim());
      backend.write(x, embeds, 0);
      for (int i = 0; i < config.layerCount(); i++) {
        run(i, workspace, x);
      }
      backend.rmsNorm(x, x, finalNorm, config.epsilon());
      backend.read(x, embeds, 0);
    }
    return embeds;
  }

  private void run(int index, Workspace workspace, Tensor x) {
    try (Workspace.Scope _ = workspace.scope()) {
      if (!blocks.isEmpty()) {
        run(blocks.get(index), workspace, x);
        return;
      }
      try (Block passing = load(index, workspace)) {
        run(passing, workspace, x);
      }
    }
  }

  private void run(Block block, Workspace workspace, Tensor x) {
    attend(workspace, x, block);
    feedForward(workspace, x, block);
  }

  /** Gives back the blocks that stayed loaded. */
  @Override
  public void close() {
    blocks.forEach(Block::close);
    blocks.clear();
    resident.close();
  }

  private void gather(int[] ids, float[] embeds) {
    MemorySegment rows = MemorySegment.ofArray(embeds);
    long rowBytes = (long) config.dim() * Float.BYTES;
    for (int i = 0; i < ids.length; i++) {
      require(
          ids[i] >= 0 && ids[i] < config.vocabularySize(),
          "expected token ids below %d, found %d",
          config.vocabularySize(),
          ids[i]);
      source.readF32(embedding, (long) ids[i] * config.dim(), rows.asSlice(i * rowBytes, rowBytes));
    }
  }

  private void attend(Workspace workspace, Tensor x, Block block) {
    int rows = x.dim(0);
    int inner = config.headCount() * config.headDim();
    Tensor y = workspace.take(rows, config.dim());
    Tensor q = workspace.take(rows, inner);
    Tensor k = workspace.take(rows, inner);
    Tensor v = workspace.take(rows, inner);
    Tensor bias = workspace.take(config.headCount(), 2 * rows - 1);
    backend.write(bias, biasByDistance(block.bias(), rows), 0);
    backend.rmsNorm(y, x, block.attentionNorm(), config.epsilon());
    backend.linear(q, y, block.q());
    backend.linear(k, y, block.k());
    backend.linear(v, y, block.v());
    backend.attention(q, q, k, v, config.headCount(), 1f, bias);
    backend.linear(y, q, block.o());
    backend.add(x, y);
  }

  private void feedForward(Workspace workspace, Tensor x, Block block) {
    Tensor y = workspace.take(x.dim(0), config.dim());
    Tensor gate = workspace.take(x.dim(0), config.ffnDim());
    Tensor up = workspace.take(x.dim(0), config.ffnDim());
    backend.rmsNorm(y, x, block.ffnNorm(), config.epsilon());
    backend.linear(gate, y, block.gate(), Activation.GELU_TANH);
    backend.linear(up, y, block.up());
    backend.multiply(gate, gate, up);
    backend.linear(y, gate, block.down());
    backend.add(x, y);
  }

  /**
   * {@code (heads, 2 rows - 1)}: the bias by key index minus query index, from {@code 1 - rows}.
   */
  private float[] biasByDistance(float[] table, int rows) {
    int distances = 2 * rows - 1;
    float[] bias = new float[config.headCount() * distances];
    for (int i = 0; i < distances; i++) {
      int bucket = bucket(i - rows + 1, config.bucketCount(), config.distanceMax());
      for (int head = 0; head < config.headCount(); head++) {
        bias[head * distances + i] = table[bucket * config.headCount() + head];
      }
    }
    return bias;
  }

  /**
   * The bucket of a distance: half the buckets for keys behind the query; of each half, one per
   * distance for the near half, logarithmic from there on. In 32 bits, as the published model was
   * trained.
   *
   * @param distance key index minus query index
   */
  static int bucket(int distance, int bucketCount, int distanceMax) {
    int half = bucketCount / 2;
    int base = distance > 0 ? half : 0;
    int length = Math.abs(distance);
    int exact = half / 2;
    if (length < exact) {
      return base + length;
    }
    float far = (float) Math.log((float) length / exact);
    float span = (float) Math.log((double) distanceMax / exact);
    int step = (int) (far / span * (half - exact));
    return base + Math.min(half - 1, exact + step);
  }
}
