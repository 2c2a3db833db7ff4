package dev.longtake.model;

import dev.longtake.tensor.Shape;
import dev.longtake.text.TextEncoderConfig;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.VaeTensors;
import dev.longtake.weights.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes checkpoint folders of the published sizes with random weights. What is never read is a
 * hole in its file: the embedding of the text encoder has its 4 GB on paper only.
 */
public final class RandomModel {

  /** Transformer of Wan2.1-T2V-1.3B. */
  public static final String TRANSFORMER_1_3B =
      """
      {"_class_name": "WanTransformer3DModel", "num_attention_heads": 12, "attention_head_dim": 128,
       "ffn_dim": 8960, "num_layers": 30, "in_channels": 16, "out_channels": 16, "text_dim": 4096,
       "freq_dim": 256, "patch_size": [1, 2, 2], "cross_attn_norm": true, "eps": 1e-06,
       "qk_norm": "rms_norm_across_heads", "rope_max_seq_len": 1024}
      """;

  /** VAE of Wan 2.1. */
  public static final String VAE =
      """
      {"_class_name": "AutoencoderKLWan", "base_dim": 96, "z_dim": 16, "dim_mult": [1, 2, 4, 4],
       "num_res_blocks": 2, "attn_scales": [], "temperal_downsample": [false, true, true],
       "latents_mean": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],
       "latents_std": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}
      """;

  /** umT5-xxl with one block of its 24. */
  static final String TEXT_ENCODER =
      """
      {"_class_name": "UMT5EncoderModel", "d_model": 4096, "d_kv": 64, "num_heads": 64,
       "d_ff": 10240, "num_layers": 1, "vocab_size": 256384, "feed_forward_proj": "gated-gelu",
       "dense_act_fn": "gelu_new"}
      """;

  private static final long SHARD_BYTES = 5_000_000_000L;
  private static final int PIECE = 1 << 20;

  private final SplittableRandom random = new SplittableRandom(20261125);
  private final float[] noise = new float[PIECE];

  RandomModel() {
    for (int i = 0; i < PIECE; i++) {
      noise[i] = (float) (random.nextDouble() * 2 - 1);
    }
  }

  /** Writes T2V-1.3B: about 6.6 GB. */
  Path writeTextToVideo(Path root) throws IOException {
    Files.createDirectories(root);
    Files.writeString(
        root.resolve("model_index.json"),
        """
        {"_class_name": "WanPipeline", "scheduler": ["diffusers", "UniPCMultistepScheduler"],
         "text_encoder": ["transformers", "UMT5EncoderModel"],
         "tokenizer": ["transformers", "T5TokenizerFast"],
         "transformer": ["diffusers", "WanTransformer3DModel"],
         "vae": ["diffusers", "AutoencoderKLWan"]}
        """);
    write(root, "scheduler/scheduler_config.json", "{\"flow_shift\": 3.0}");
    Path tokenizer = Files.createDirectories(root.resolve("tokenizer"));
    Files.copy(
        Golden.resource("wan/tiny-wan-t2v/tokenizer/spiece.model"),
        tokenizer.resolve("spiece.model"));
    writeTransformer(root);
    Path vae = write(root, "vae/config.json", VAE);
    writeShards(vae, "diffusion_pytorch_model", VaeTensors.publicShapes(config(vae)), "");
    Path text = write(root, "text_encoder/config.json", TEXT_ENCODER);
    var sizes = TextEncoderConfig.of(dev.longtake.weights.ConfigFile.read(text));
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("shared.weight", Shape.of(sizes.vocabularySize(), sizes.dim()));
    shapes.putAll(sizes.expectedShapes());
    writeShards(text, "model", shapes, "shared.weight");
    return root;
  }

  void writeTransformer(Path root) throws IOException {
    Path config = write(root, "transformer/config.json", TRANSFORMER_1_3B);
    var sizes = TransformerConfig.of(dev.longtake.weights.ConfigFile.read(config));
    writeShards(config, "diffusion_pytorch_model", sizes.expectedShapes(), "");
  }

  private static VaeConfig config(Path file) {
    return VaeConfig.read(dev.longtake.weights.ConfigFile.read(file));
  }

  private static Path write(Path root, String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void writeShards(Path config, String stem, Map<String, Shape> shapes, String hole)
      throws IOException {
    List<Map<String, Shape>> shards = new ArrayList<>(List.of(new LinkedHashMap<>()));
    long bytes = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      long size = entry.getValue().elementCount() * Float.BYTES;
      if (bytes > 0 && bytes + size > SHARD_BYTES) {
        shards.add(new LinkedHashMap<>());
        bytes = 0;
      }
      bytes += size;
      shards.getLast().put(entry.getKey(), entry.getValue());
    }
    var map = new StringBuilder();
    for (int i = 0; i < shards.size(); i++) {
      String name = "%s-%05d-of-%05d.safetensors".formatted(stem, i + 1, shards.size());
      writeShard(config.resolveSibling(name), shards.get(i), hole);
      for (String tensor : shards.get(i).keySet()) {
        map.append(map.isEmpty() ? "" : ",").append("\"%s\":\"%s\"".formatted(tensor, name));
      }
    }
    Files.writeString(
        config.resolveSibling(stem + ".safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
  }

  private void writeShard(Path file, Map<String, Shape> shapes, String hole) throws IOException {
    var header = new StringBuilder("{");
    long at = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      long end = at + entry.getValue().elementCount() * Float.BYTES;
      header.append(header.length() > 1 ? "," : "");
      header.append(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(entry.getKey(), entry.getValue().dims(), at, end));
      at = end;
    }
    header.append("}").append(" ".repeat((8 - (header.length() + 1) % 8) % 8));
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
      start.putLong(json.length).put(json).flip();
      channel.write(start);
      for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
        writeTensor(channel, entry.getKey(), entry.getValue(), hole);
      }
    }
  }

  private void writeTensor(FileChannel channel, String name, Shape shape, String hole)
      throws IOException {
    long count = shape.elementCount();
    if (name.equals(hole)) {
      channel.position(channel.position() + count * Float.BYTES);
      return;
    }
    boolean isGain = name.endsWith("gamma") || (name.contains("norm") && name.endsWith("weight"));
    float scale = isGain ? 0.1f : 1f / (float) Math.sqrt((double) count / shape.dim(0));
    float shift = isGain ? 1f : 0f;
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * PIECE).order(ByteOrder.LITTLE_ENDIAN);
    for (long first = 0; first < count; first += PIECE) {
      int length = (int) Math.min(PIECE, count - first);
      int offset = random.nextInt(PIECE - length + 1);
      bytes.clear();
      for (int i = 0; i < length; i++) {
        bytes.putFloat(noise[offset + i] * scale + shift);
      }
      bytes.flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
