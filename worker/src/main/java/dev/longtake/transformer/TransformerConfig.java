package dev.longtake.transformer;

import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Shape;
import dev.longtake.weights.ConfigFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a Wan transformer, as its {@code config.json} states them.
 *
 * @param headCount attention heads
 * @param headDim numbers of a head; even
 * @param ffnDim hidden width of the feed-forward layers
 * @param layerCount main blocks
 * @param inChannels latent channels taken
 * @param outChannels latent channels given
 * @param textDim width of prompt embeds
 * @param freqDim width of the timestep's sinusoid; even
 * @param epsilon of every normalisation
 * @param patch latent cells of a token, each way; a token has one latent frame
 * @param positionMax positions an axis may have
 * @param vaceLayers main blocks after which a reference block's hint is added, ascending; empty for
 *     text-to-video
 * @param vaceInChannels channels of the control; 0 for text-to-video
 */
public record TransformerConfig(
    int headCount,
    int headDim,
    int ffnDim,
    int layerCount,
    int inChannels,
    int outChannels,
    int textDim,
    int freqDim,
    float epsilon,
    int patch,
    int positionMax,
    List<Integer> vaceLayers,
    int vaceInChannels) {

  public static final String TEXT_TO_VIDEO = "WanTransformer3DModel";
  public static final String VACE = "WanVACETransformer3DModel";

  public TransformerConfig {
    vaceLayers = List.copyOf(vaceLayers);
  }

  /**
   * Checks and takes over a transformer's configuration.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if a value is missing or outside the family
   */
  public static TransformerConfig of(ConfigFile config) {
    String className = config.text("_class_name", TEXT_TO_VIDEO);
    boolean vace = className.equals(VACE);
    if (!vace && !className.equals(TEXT_TO_VIDEO)) {
      throw config.invalid(
          "_class_name: expected %s or %s, found %s".formatted(TEXT_TO_VIDEO, VACE, className));
    }
    for (String key : List.of("image_dim", "added_kv_proj_dim")) {
      if (config.has(key)) {
        throw config.invalid(
            key + ": expected none, found an image-to-video checkpoint, which is not supported");
      }
    }
    return new TransformerConfig(
        positive(config, "num_attention_heads"),
        even(config, "attention_head_dim"),
        positive(config, "ffn_dim"),
        positive(config, "num_layers"),
        positive(config, "in_channels"),
        positive(config, "out_channels"),
        positive(config, "text_dim"),
        even(config, "freq_dim"),
        (float) config.number("eps", 1e-6),
        patch(config),
        config.integer("rope_max_seq_len", 1024),
        vace ? vaceLayers(config) : List.of(),
        vace ? positive(config, "vace_in_channels") : 0);
  }

  private static int positive(ConfigFile config, String key) {
    int value = config.integer(key);
    if (value <= 0) {
      throw config.invalid("%s: expected a positive number, found %d".formatted(key, value));
    }
    return value;
  }

  private static int even(ConfigFile config, String key) {
    int value = positive(config, key);
    if (value % 2 != 0) {
      throw config.invalid("%s: expected an even number, found %d".formatted(key, value));
    }
    return value;
  }

  private static int patch(ConfigFile config) {
    String norm = config.text("qk_norm", "rms_norm_across_heads");
    if (!norm.equals("rms_norm_across_heads") || !config.flag("cross_attn_norm", true)) {
      throw config.invalid(
          "qk_norm, cross_attn_norm: expected rms_norm_across_heads and true, found %s and %s"
              .formatted(norm, config.flag("cross_attn_norm", true)));
    }
    List<Integer> patch =
        config.has("patch_size") ? config.integers("patch_size") : List.of(1, 2, 2);
    if (patch.size() != 3
        || patch.get(0) != 1
        || patch.get(1) < 1
        || !patch.get(1).equals(patch.get(2))) {
      throw config.invalid("patch_size: expected [1, p, p], found " + patch);
    }
    return patch.get(1);
  }

  private static List<Integer> vaceLayers(ConfigFile config) {
    List<Integer> layers = config.integers("vace_layers");
    int last = -1;
    for (int layer : layers) {
      if (layer <= last || layer >= config.integer("num_layers")) {
        throw config.invalid(
            "vace_layers: expected ascending numbers below num_layers, found " + layers);
      }
      last = layer;
    }
    if (layers.isEmpty() || layers.getFirst() != 0) {
      throw config.invalid("vace_layers: expected 0 to be the first, found " + layers);
    }
    return layers;
  }

  /** The same with the first blocks alone. */
  TransformerConfig withBlocks(int layers, List<Integer> vace) {
    return new TransformerConfig(
        headCount,
        headDim,
        ffnDim,
        layers,
        inChannels,
        outChannels,
        textDim,
        freqDim,
        epsilon,
        patch,
        positionMax,
        vace,
        vaceInChannels);
  }

  /** Width of the hidden state. */
  public int dim() {
    return headCount * headDim;
  }

  /** Every tensor that the checkpoint must have. */
  public Map<String, Shape> expectedShapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    int dim = dim();
    addPatchEmbedding(shapes, "patch_embedding", inChannels);
    addLinear(shapes, "condition_embedder.time_embedder.linear_1", dim, freqDim);
    addLinear(shapes, "condition_embedder.time_embedder.linear_2", dim, dim);
    addLinear(shapes, "condition_embedder.time_proj", 6 * dim, dim);
    addLinear(shapes, "condition_embedder.text_embedder.linear_1", dim, textDim);
    addLinear(shapes, "condition_embedder.text_embedder.linear_2", dim, dim);
    shapes.put("scale_shift_table", Shape.of(1, 2, dim));
    addLinear(shapes, "proj_out", patch * patch * outChannels, dim);
    for (int i = 0; i < layerCount; i++) {
      addBlock(shapes, "blocks." + i + ".");
    }
    if (!vaceLayers.isEmpty()) {
      addPatchEmbedding(shapes, "vace_patch_embedding", vaceInChannels);
      addLinear(shapes, "vace_blocks.0.proj_in", dim, dim);
      for (int n = 0; n < vaceLayers.size(); n++) {
        addBlock(shapes, "vace_blocks." + n + ".");
        addLinear(shapes, "vace_blocks." + n + ".proj_out", dim, dim);
      }
    }
    return shapes;
  }

  private void addBlock(Map<String, Shape> shapes, String prefix) {
    int dim = dim();
    shapes.put(prefix + "scale_shift_table", Shape.of(1, 6, dim));
    for (String attention : List.of("attn1.", "attn2.")) {
      for (String map : List.of("to_q", "to_k", "to_v", "to_out.0")) {
        addLinear(shapes, prefix + attention + map, dim, dim);
      }
      shapes.put(prefix + attention + "norm_q.weight", Shape.of(dim));
      shapes.put(prefix + attention + "norm_k.weight", Shape.of(dim));
    }
    shapes.put(prefix + "norm2.weight", Shape.of(dim));
    shapes.put(prefix + "norm2.bias", Shape.of(dim));
    addLinear(shapes, prefix + "ffn.net.0.proj", ffnDim, dim);
    addLinear(shapes, prefix + "ffn.net.2", dim, ffnDim);
  }

  private void addPatchEmbedding(Map<String, Shape> shapes, String prefix, int channels) {
    shapes.put(prefix + ".weight", Shape.of(dim(), channels, 1, patch, patch));
    shapes.put(prefix + ".bias", Shape.of(dim()));
  }

  private static void addLinear(Map<String, Shape> shapes, String prefix, int out, int in) {
    shapes.put(prefix + ".weight", Shape.of(out, in));
    shapes.put(prefix + ".bias", Shape.of(out));
  }
}
