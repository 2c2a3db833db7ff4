package dev.longtake.transformer;

import dev.longtake.model.RandomModel;
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
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our engine beside libtorch: the same weights, the same graph, the same number of threads, in
 * turns, in one process. Prints seconds and the ratio of medians with its spread; asserts only that
 * both compute the same. {@code mvn -pl worker -am test -Pbench -Dtest=RuntimeBench
 * -Dsurefire.failIfNoSpecifiedTests=false}
 */
class RuntimeBench {

  private static final int THREADS = Integer.getInteger("bench.threads", 2);

  private final PrintStream out = System.out;

  @TempDir private Path folder;

  private Path config(String text) throws IOException {
    return Files.writeString(folder.resolve("config.json"), text);
  }

  @Test
  void transformer_twoBlocksAt2048Tokens() throws IOException {
    TransformerConfig config =
        TransformerConfig.of(ConfigFile.read(config(RandomModel.TRANSFORMER_1_3B)))
            .withBlocks(2, List.of());
    var source = new RandomSource(config.expectedShapes());
    var grid = new LatentGrid(2, 64, 64);
    float[] latents = values(config.inChannels() * 2 * 64 * 64);
    float[] text = values(512 * config.textDim());
    float[] velocity = new float[latents.length];
    org.bytedeco.pytorch.global.torch.set_num_threads(THREADS);
    try (CpuBackend backend = CpuBackend.create(THREADS);
        var transformer = new WanTransformer(config, source, backend);
        Workspace workspace = backend.openWorkspace();
        var prompt = transformer.preparePrompt(text, 512);
        PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      var torch = new Torch(source, ScalarType.Float);
      var table = RopeTable.of(config.headDim(), 2, 32, 32, 1024);
      var blocks = new TorchBlocks(torch, config, ScalarType.Float, table);
      Tensor[][] keys = blocks.prompt(Torch.tensor(text, 512, config.textDim()));
      Tensor patches = patches(latents, config.inChannels());
      Tensor time = time(torch, config);

      Runnable ours =
          () -> transformer.velocity(workspace, latents, grid, 700, prompt, null, velocity);
      Runnable theirs =
          () -> {
            try (PointerScope _ = new PointerScope()) {
              blocks.velocity(patches, time, keys);
            }
          };
      Turns.compare(
          out,
          "2 blocks of T2V-1.3B, 2048 tokens, f32, %d threads".formatted(THREADS),
          new Turns.Work("ours", ours),
          new Turns.Work("libtorch", theirs));
      ours.run();
      float[] found = Torch.values(blocks.velocity(patches, time, keys));
      out.printf("  largest difference %.1e%n", difference(velocity, found, config));
    }
  }

  /** Patches {@code (tokens, 4 C)} of latents {@code (C, 2, 64, 64)}. */
  private static Tensor patches(float[] latents, int channels) {
    return Torch.tensor(latents, channels, 2, 32, 2, 32, 2)
        .permute(1, 2, 4, 0, 3, 5)
        .reshape(2048, 4L * channels);
  }

  private static Tensor time(Torch torch, TransformerConfig config) {
    float[] waves = new float[config.freqDim()];
    for (int i = 0; i < 128; i++) {
      double angle = 700 * Math.pow(10_000, -i / 128.0);
      waves[i] = (float) Math.cos(angle);
      waves[128 + i] = (float) Math.sin(angle);
    }
    String prefix = "condition_embedder.time_embedder.linear_";
    Tensor hidden =
        org.bytedeco.pytorch.global.torch.silu(
            torch.line(Torch.tensor(waves, 1, config.freqDim()), prefix + "1"));
    return torch.line(hidden, prefix + "2");
  }

  /** The largest between {@code (C, 2, 64, 64)} and the patches of the head. */
  static double difference(float[] velocity, float[] patches, TransformerConfig config) {
    double worst = 0;
    int channels = config.outChannels();
    for (int i = 0; i < velocity.length; i++) {
      int x = i % 64;
      int y = i / 64 % 64;
      int frame = i / 4096 % 2;
      int channel = i / 8192;
      int token = (frame * 32 + y / 2) * 32 + x / 2;
      int feature = (y % 2 * 2 + x % 2) * channels + channel;
      float other = patches[token * 4 * channels + feature];
      worst = Math.max(worst, Math.abs(velocity[i] - other));
    }
    return worst;
  }

  @Test
  void vae_fiveLatentFramesAt128() throws IOException {
    VaeConfig config = VaeConfig.read(ConfigFile.read(config(RandomModel.VAE)));
    var source = new RandomSource(VaeTensors.publicShapes(config));
    float[] latents = values(16 * 5 * 16 * 16);
    org.bytedeco.pytorch.global.torch.set_num_threads(THREADS);
    try (CpuBackend backend = CpuBackend.create(THREADS);
        PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      WanVae vae = WanVae.load(backend, config, source);
      var decoder = new TorchDecoder(new Torch(source, ScalarType.Float), config);
      Tensor z = Torch.tensor(latents, 1, 16, 5, 16, 16);
      Runnable ours = () -> vae.decode(latents, 5, 16, 16);
      Runnable theirs =
          () -> {
            try (PointerScope _ = new PointerScope()) {
              decoder.decode(z);
            }
          };
      Turns.compare(
          out,
          "VAE decode, 5 latent frames, 128x128, f32, %d threads".formatted(THREADS),
          new Turns.Work("ours", ours),
          new Turns.Work("libtorch", theirs));
      float[] found = Torch.values(decoder.decode(z));
      float[] video = vae.decode(latents, 5, 16, 16);
      double worst = 0;
      int plane = 17 * 128 * 128;
      for (int i = 0; i < video.length; i++) {
        worst =
            Math.max(worst, Math.abs(video[i] - Math.clamp(found[i % 3 * plane + i / 3], -1f, 1f)));
      }
      out.printf("  largest difference %.1e%n", worst);
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
}
