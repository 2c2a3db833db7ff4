package dev.longtake.text;

import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Shape;
import dev.longtake.weights.ConfigFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a umT5 encoder, as its {@code config.json} states them.
 *
 * @param dim width of the hidden state
 * @param headDim numbers of a head
 * @param ffnDim hidden width of the feed-forward layers
 * @param vocabularySize rows of the embedding
 * @param bucketCount distance buckets of the position bias; even
 * @param distanceMax distance from which on all are in the last bucket
 */
public record TextEncoderConfig(
    int dim,
    int headCount,
    int headDim,
    int ffnDim,
    int layerCount,
    int vocabularySize,
    int bucketCount,
    int distanceMax,
    float epsilon) {

  /**
   * Checks and takes over a text encoder's configuration.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if it is no umT5
   */
  public static TextEncoderConfig of(ConfigFile config) {
    String feedForward = config.text("feed_forward_proj", "gated-gelu");
    String activation = config.text("dense_act_fn", "gelu_new");
    if (!feedForward.equals("gated-gelu") || !activation.equals("gelu_new")) {
      throw config.invalid(
          "feed_forward_proj, dense_act_fn: expected gated-gelu and gelu_new, found %s and %s"
              .formatted(feedForward, activation));
    }
    return new TextEncoderConfig(
        config.integer("d_model"),
        config.integer("num_heads"),
        config.integer("d_kv"),
        config.integer("d_ff"),
        config.integer("num_layers"),
        config.integer("vocab_size"),
        config.integer("relative_attention_num_buckets", 32),
        config.integer("relative_attention_max_distance", 128),
        (float) config.number("layer_norm_epsilon", 1e-6));
  }

  /** Bytes of the matrices of one block, as 32-bit floats. */
  public long blockBytes() {
    long inner = (long) headCount * headDim;
    return (4 * inner * dim + 3L * ffnDim * dim) * Float.BYTES;
  }

  /** Every tensor that the checkpoint must have, the embedding aside, which has two names. */
  public Map<String, Shape> expectedShapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    int inner = headCount * headDim;
    for (int i = 0; i < layerCount; i++) {
      String attention = "encoder.block." + i + ".layer.0.";
      for (String map : List.of("q", "k", "v")) {
        shapes.put(attention + "SelfAttention." + map + ".weight", Shape.of(inner, dim));
      }
      shapes.put(attention + "SelfAttention.o.weight", Shape.of(dim, inner));
      shapes.put(
          attention + "SelfAttention.relative_attention_bias.weight",
          Shape.of(bucketCount, headCount));
      shapes.put(attention + "layer_norm.weight", Shape.of(dim));
      String dense = "encoder.block." + i + ".layer.1.";
      shapes.put(dense + "DenseReluDense.wi_0.weight", Shape.of(ffnDim, dim));
      shapes.put(dense + "DenseReluDense.wi_1.weight", Shape.of(ffnDim, dim));
      shapes.put(dense + "DenseReluDense.wo.weight", Shape.of(dim, ffnDim));
      shapes.put(dense + "layer_norm.weight", Shape.of(dim));
    }
    shapes.put("encoder.final_layer_norm.weight", Shape.of(dim));
    return shapes;
  }
}
