package dev.longtake.transformer;

import ai.onnxruntime.OrtException;
import dev.longtake.model.RandomModel;
import dev.longtake.tensor.Workspace;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.WeightSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The transformer's blocks beside ONNX Runtime: the same weights, the same number of threads, in
 * turns, in one process. Prints seconds, the ratio of medians with its spread, and the largest
 * difference. {@code mvn -pl worker -am test -Pbench -Dtest=OnnxBench
 * -Dsurefire.failIfNoSpecifiedTests=false}
 */
class OnnxBench {

  private static final int THREADS = Integer.getInteger("bench.threads", 2);
  private static final int TIMESTEP = 700;
  private static final LatentGrid GRID = new LatentGrid(2, 64, 64);
  private static final int PROMPT_ROWS = 512;

  private final PrintStream out = System.out;

  @TempDir private Path folder;

  @Test
  void transformer_twoBlocksAt2048Tokens() throws IOException, OrtException {
    Path file = Files.writeString(folder.resolve("config.json"), RandomModel.TRANSFORMER_1_3B);
    TransformerConfig config = TransformerConfig.of(ConfigFile.read(file)).withBlocks(2, List.of());
    var source = new RandomSource(config.expectedShapes());
    int tokens = GRID.tokenCount(config.patch());
    float[] latents = values(config.inChannels() * GRID.frames() * GRID.height() * GRID.width());
    float[] text = values(PROMPT_ROWS * config.textDim());
    float[] velocity = new float[latents.length];
    RopeTable table = RopeTable.of(config.headDim(), 2, 32, 32, 1024);
    try (CpuBackend backend = CpuBackend.create(THREADS);
        var transformer = new WanTransformer(config, source, backend);
        Workspace workspace = backend.openWorkspace();
        var prompt = transformer.preparePrompt(text, PROMPT_ROWS);
        var blocks = new OnnxBlocks(config, source, table, folder, text, THREADS)) {
      blocks.set(patches(latents, config.inChannels()), tokens, time(source, config));
      float[][] found = new float[1][];
      Turns.compare(
          out,
          "2 blocks of T2V-1.3B, %d tokens, f32, %d threads".formatted(tokens, THREADS),
          new Turns.Work(
              "ours",
              () ->
                  transformer.velocity(workspace, latents, GRID, TIMESTEP, prompt, null, velocity)),
          new Turns.Work("ONNX Runtime", () -> found[0] = run(blocks)));
      out.printf(
          "  largest difference %.1e%n", RuntimeBench.difference(velocity, found[0], config));
    }
  }

  private static float[] run(OnnxBlocks blocks) {
    try {
      return blocks.velocity();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[] values(int count) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Patches {@code (tokens, 4 C)} of latents {@code (C, 2, 64, 64)}, channel slowest. */
  private static float[] patches(float[] latents, int channels) {
    float[] patches = new float[latents.length];
    for (int i = 0; i < latents.length; i++) {
      int x = i % 64;
      int y = i / 64 % 64;
      int frame = i / 4096 % 2;
      int channel = i / 8192;
      int token = (frame * 32 + y / 2) * 32 + x / 2;
      patches[token * 4 * channels + channel * 4 + y % 2 * 2 + x % 2] = latents[i];
    }
    return patches;
  }

  /** The timestep's embedding {@code (1, D)}. */
  private static float[] time(WeightSource source, TransformerConfig config) {
    int half = config.freqDim() / 2;
    float[] waves = new float[config.freqDim()];
    for (int i = 0; i < half; i++) {
      double angle = TIMESTEP * Math.pow(10_000, -(double) i / half);
      waves[i] = (float) Math.cos(angle);
      waves[half + i] = (float) Math.sin(angle);
    }
    String prefix = "condition_embedder.time_embedder.linear_";
    float[] hidden = line(source, waves, prefix + "1");
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = (float) (hidden[i] / (1 + Math.exp(-hidden[i])));
    }
    return line(source, hidden, prefix + "2");
  }

  private static float[] line(WeightSource source, float[] x, String name) {
    float[] weight = source.readF32(name + ".weight");
    float[] y = source.readF32(name + ".bias");
    for (int row = 0; row < y.length; row++) {
      double sum = y[row];
      for (int i = 0; i < x.length; i++) {
        sum += (double) weight[row * x.length + i] * x[i];
      }
      y[row] = (float) sum;
    }
    return y;
  }
}
