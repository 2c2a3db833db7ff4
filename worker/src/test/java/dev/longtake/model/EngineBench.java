package dev.longtake.model;

import dev.longtake.tensor.Workspace;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.WanVae;
import dev.longtake.weights.DiffusersFolder;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Times the bundled checkpoint: one velocity of a chunk (6 latent frames, 3 references, 256 x 160),
 * and decoding a frame. Arguments: folder, threads, seconds for each.
 */
final class EngineBench {

  private static final int REFERENCES = 3;
  private static final int FRAMES = 6;
  private static final int HEIGHT = 10;
  private static final int WIDTH = 16;

  private final CpuBackend backend;
  private final DiffusersFolder folder;
  private final PrintStream out;
  private final long nanosMax;

  private EngineBench(CpuBackend backend, Path folder, double seconds, PrintStream out) {
    this.backend = backend;
    this.folder = DiffusersFolder.open(folder);
    this.nanosMax = (long) (seconds * 1e9);
    this.out = out;
  }

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    int threads = Integer.parseInt(arguments[1]);
    try (CpuBackend backend = CpuBackend.create(threads)) {
      var bench = new EngineBench(backend, folder, Double.parseDouble(arguments[2]), System.out);
      bench.out.printf("%s, %d threads%n", backend.engineClass(), threads);
      bench.velocity();
      bench.decode();
    }
  }

  private void velocity() {
    TransformerConfig config = TransformerConfig.of(folder.config("transformer"));
    LatentGrid grid = new LatentGrid(REFERENCES + FRAMES, HEIGHT, WIDTH);
    int cells = grid.frames() * HEIGHT * WIDTH;
    try (var source = folder.weights("transformer");
        var transformer = new WanTransformer(config, source, backend);
        Workspace workspace = backend.openWorkspace();
        var prompt = transformer.preparePrompt(values(32 * config.textDim()), 32);
        var control = control(transformer, config, grid, cells)) {
      float[] latents = values(config.inChannels() * cells);
      float[] velocity = new float[latents.length];
      measure(
          "velocity",
          1,
          () -> transformer.velocity(workspace, latents, grid, 700, prompt, control, velocity));
    }
  }

  private static WanTransformer.@Nullable Control control(
      WanTransformer transformer, TransformerConfig config, LatentGrid grid, int cells) {
    int blocks = config.vaceLayers().size();
    if (blocks == 0) {
      return null;
    }
    return transformer.prepareControl(
        values(config.vaceInChannels() * cells),
        grid.frames(),
        grid,
        Collections.nCopies(blocks, 1f));
  }

  private void decode() {
    try (var source = folder.weights("vae")) {
      VaeConfig config = VaeConfig.read(folder.config("vae"));
      WanVae vae = WanVae.load(backend, config, source);
      int latentFrames = 9;
      float[] latents = values(config.latentChannels() * latentFrames * HEIGHT * WIDTH);
      measure(
          "decoded frame",
          vae.frames(latentFrames),
          () -> vae.decode(latents, latentFrames, HEIGHT, WIDTH));
    }
  }

  private static float[] values(int count) {
    Random random = new Random(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * Prints times per unit: of the first run, and median and least of the later ones; then processor
   * time of this thread, which tells what a shared machine's wall clock does not.
   */
  private void measure(String name, int units, Runnable work) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    List<Double> millis = new ArrayList<>();
    List<Double> cpuMillis = new ArrayList<>();
    long end = System.nanoTime() + nanosMax;
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      long cpuStart = clock.getCurrentThreadCpuTime();
      work.run();
      millis.add((System.nanoTime() - start) / 1e6 / units);
      cpuMillis.add((clock.getCurrentThreadCpuTime() - cpuStart) / 1e6 / units);
    }
    out.printf(
        "%s, %d runs%n  wall %s%n  cpu  %s%n", name, millis.size(), line(millis), line(cpuMillis));
  }

  private static String line(List<Double> millis) {
    List<Double> later = millis.stream().skip(millis.size() / 2).sorted().toList();
    return "first %.2f ms, median %.2f ms, least %.2f ms"
        .formatted(millis.getFirst(), later.get(later.size() / 2), later.getFirst());
  }
}
