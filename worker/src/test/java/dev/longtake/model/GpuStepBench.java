package dev.longtake.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import dev.longtake.tensor.cuda.Attention;
import dev.longtake.tensor.cuda.CudaSystem;
import dev.longtake.tensor.cuda.CudaSystem.Products;
import dev.longtake.tensor.cuda.Nvml;
import dev.longtake.tensor.cuda.kernel.KernelSource;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.RandomWeights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seconds of a denoise step on the first GPU with random weights; started by {@code ops/gpu-check},
 * never by itself. Prints, asserts nothing.
 */
class GpuStepBench {

  private static final int REPEATS = 5;
  private static final LatentGrid GRID = new LatentGrid(21, 60, 104);
  private static final int TEXT_ROWS = 512;
  private static final long SEED = 1;

  @TempDir private Path folder;

  @Test
  void step_ofWanSizes_isMeasured() throws IOException {
    assumeTrue(Boolean.getBoolean("longtake.gpu"), "only with -Pgpu");
    for (Way way : ways()) {
      double peak = product(way);
      step(way, peak, "T2V-1.3B", 12, 8960, 30);
      step(way, peak, "14B, two blocks", 40, 13824, 2);
    }
  }

  /** What a backend is opened for. */
  private record Way(Products products, Attention attention) {

    Backend open() {
      return CudaSystem.find().open(0, Precision.BF16, products, attention);
    }
  }

  private static List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (Products products : Products.values()) {
      ways.add(new Way(products, Attention.WARPS));
    }
    if (CudaSystem.find().device(0).computeCapability() == KernelSource.WARP_GROUPS) {
      ways.add(new Way(Products.LIBRARY, Attention.WARP_GROUPS));
    }
    return ways;
  }

  /** Operations a second of a large product. */
  private double product(Way way) {
    int size = 8192;
    try (Backend backend = way.open();
        Workspace workspace = backend.openWorkspace()) {
      float[] values = new float[size * size];
      SplittableRandom random = new SplittableRandom(SEED);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble() - 0.5f;
      }
      LinearWeight weight = backend.prepareLinear(size, size, MemorySegment.ofArray(values), null);
      Tensor x = workspace.take(size, size);
      Tensor y = workspace.take(size, size);
      backend.write(x, values, 0);
      float[] one = new float[1];
      double[] seconds = new double[REPEATS];
      for (int i = -1; i < REPEATS; i++) {
        long start = System.nanoTime();
        for (int repeat = 0; repeat < 10; repeat++) {
          backend.linear(y, x, weight, Activation.NONE);
        }
        backend.read(y.view(size * size).slice(0, 1), one, 0);
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - start) / 1e10;
        }
      }
      Arrays.sort(seconds);
      double rate = 2.0 * size * size * size / seconds[REPEATS / 2];
      print(
          "%s: product of %d: %.2f ms, %.1f TFLOP/s"
              .formatted(backend.engineClass(), size, 1e3 * seconds[REPEATS / 2], rate / 1e12));
      return rate;
    }
  }

  private void step(Way way, double peak, String name, int heads, int ffn, int layers)
      throws IOException {
    String text =
        """
        {"_class_name": "WanTransformer3DModel", "attention_head_dim": 128, "cross_attn_norm": true,
         "eps": 1e-06, "ffn_dim": %d, "freq_dim": 256, "in_channels": 16, "out_channels": 16,
         "num_attention_heads": %d, "num_layers": %d, "patch_size": [1, 2, 2],
         "qk_norm": "rms_norm_across_heads", "rope_max_seq_len": 1024, "text_dim": 4096,
         "image_dim": null, "added_kv_proj_dim": null, "pos_embed_seq_len": null}
        """
            .formatted(ffn, heads, layers);
    Path file = Files.writeString(folder.resolve("config.json"), text);
    TransformerConfig config = TransformerConfig.of(ConfigFile.read(file));
    CudaSystem system = CudaSystem.find();
    float[] latents = new float[16 * GRID.frames() * GRID.height() * GRID.width()];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < latents.length; i++) {
      latents[i] = (float) random.nextGaussian();
    }
    float[] out = new float[latents.length];
    try (Backend backend = way.open();
        WanTransformer transformer =
            new WanTransformer(config, new RandomWeights(config.expectedShapes()), backend);
        WanTransformer.Prompt prompt =
            transformer.preparePrompt(new float[TEXT_ROWS * 4096], TEXT_ROWS);
        Workspace workspace = backend.openWorkspace()) {
      double[] seconds = new double[REPEATS];
      for (int i = -1; i < REPEATS; i++) {
        long start = System.nanoTime();
        transformer.velocity(workspace, latents, GRID, 500, prompt, null, out);
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - start) / 1e9;
        }
      }
      Arrays.sort(seconds);
      double step = seconds[REPEATS / 2];
      double operations = operations(config, ffn, layers);
      String memory =
          Nvml.open(system.device(0).pciBusId())
              .map(it -> it.sample().usedBytes() / (1 << 20) + " MiB in use")
              .orElse("no NVML");
      print(
          ("%s: step of %s at 480x832x81: %.3f s, %.1f TFLOP/s, %.0f %% of the product,"
                  + " activations %d MiB, %s")
              .formatted(
                  backend.engineClass(),
                  name,
                  step,
                  operations / step / 1e12,
                  100 * operations / step / peak,
                  workspace.peakBytes() >> 20,
                  memory));
    }
  }

  /** Multiplications and additions of products and attention. */
  private static double operations(TransformerConfig config, int ffn, int layers) {
    double tokens = GRID.tokenCount(config.patch());
    double width = config.dim();
    double products = 2 * tokens * width * (6 * width + 2 * ffn);
    double attention = 4 * tokens * (tokens + TEXT_ROWS) * width;
    return layers * (products + attention);
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
