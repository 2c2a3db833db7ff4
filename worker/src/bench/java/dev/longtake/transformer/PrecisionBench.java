package dev.longtake.transformer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.model.RandomModel;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Workspace;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.VaeTensors;
import dev.longtake.vae.WanVae;
import dev.longtake.weights.ConfigFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The processor in bf16 beside itself in f32: the same weights and number of threads, in turns, in
 * one process. Prints seconds, the ratio of medians with its spread, and the relative L2 between
 * the results. {@code mvn -pl worker -am test -Pbench -Dtest=PrecisionBench
 * -Dsurefire.failIfNoSpecifiedTests=false}
 */
class PrecisionBench {

  private static final int THREADS = Integer.getInteger("bench.threads", 2);
  private static final int TIMESTEP = 700;

  private final PrintStream out = System.out;

  @TempDir private Path folder;

  private ConfigFile config(String text) throws IOException {
    return ConfigFile.read(Files.writeString(folder.resolve("config.json"), text));
  }

  private static float[] values(int count) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void transformer_twoBlocksAt2048Tokens() throws IOException {
    transformer(new LatentGrid(2, 64, 64));
  }

  @Test
  void transformer_twoBlocksAt8192Tokens() throws IOException {
    transformer(new LatentGrid(8, 64, 64));
  }

  private void transformer(LatentGrid grid) throws IOException {
    assumeTrue(CpuBackend.multipliesBf16(), "this processor does not multiply bf16");
    TransformerConfig config =
        TransformerConfig.of(config(RandomModel.TRANSFORMER_1_3B)).withBlocks(2, List.of());
    var source = new RandomSource(config.expectedShapes());
    float[] latents = values(config.inChannels() * grid.frames() * grid.height() * grid.width());
    float[] text = values(512 * config.textDim());
    try (CpuBackend f32 = CpuBackend.create(THREADS);
        CpuBackend bf16 = CpuBackend.create(THREADS, DType.BF16);
        var exact = new WanTransformer(config, source, f32);
        var rounded = new WanTransformer(config, source, bf16);
        Workspace exactSpace = f32.openWorkspace();
        Workspace roundedSpace = bf16.openWorkspace();
        var exactPrompt = exact.preparePrompt(text, 512);
        var roundedPrompt = rounded.preparePrompt(text, 512)) {
      float[] expected = new float[latents.length];
      float[] found = new float[latents.length];
      Turns.compare(
          out,
          "2 blocks of T2V-1.3B, %d tokens, %d threads"
              .formatted(grid.tokenCount(config.patch()), THREADS),
          new Turns.Work(
              "bf16",
              () ->
                  rounded.velocity(
                      roundedSpace, latents, grid, TIMESTEP, roundedPrompt, null, found)),
          new Turns.Work(
              "f32",
              () ->
                  exact.velocity(
                      exactSpace, latents, grid, TIMESTEP, exactPrompt, null, expected)));
      out.printf("  relative L2 %.1e%n", distance(found, expected));
    }
  }

  @Test
  void vae_fiveLatentFramesAt128() throws IOException {
    assumeTrue(CpuBackend.multipliesBf16(), "this processor does not multiply bf16");
    VaeConfig config = VaeConfig.read(config(RandomModel.VAE));
    var source = new RandomSource(VaeTensors.publicShapes(config));
    float[] latents = values(16 * 5 * 16 * 16);
    try (CpuBackend f32 = CpuBackend.create(THREADS);
        CpuBackend bf16 = CpuBackend.create(THREADS, DType.BF16)) {
      WanVae exact = WanVae.load(f32, config, source);
      WanVae rounded = WanVae.load(bf16, config, source);
      Turns.compare(
          out,
          "VAE decode, 5 latent frames, 128x128, %d threads".formatted(THREADS),
          new Turns.Work("bf16", () -> rounded.decode(latents, 5, 16, 16)),
          new Turns.Work("f32", () -> exact.decode(latents, 5, 16, 16)));
      double distance =
          distance(rounded.decode(latents, 5, 16, 16), exact.decode(latents, 5, 16, 16));
      out.printf("  relative L2 %.1e%n", distance);
    }
  }

  private static double distance(float[] found, float[] expected) {
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < expected.length; i++) {
      squares += (double) expected[i] * expected[i];
      errors += Math.pow((double) found[i] - expected[i], 2);
    }
    return Math.sqrt(errors / squares);
  }
}
