package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.plan.ModelCard;
import dev.longtake.story.FrameSize;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.ElementTypes;
import dev.longtake.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder of the size of Wan2.1-T2V-1.3B goes through everything: checks, plan, loading, a prompt,
 * one denoise step at 256x256 and 5 frames, decoding. Needs 11 GB of disk and 8 GB of memory, so it
 * runs only when asked for by name: {@code mvn -pl worker -am test -Dtest=FullSizeCheck
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class FullSizeCheck {

  private static final FrameSize SIZE = new FrameSize(256, 256);
  private static final int LATENT_FRAMES = 2;
  private static final long GIB = 1L << 30;
  private static final boolean IS_BF16 = Boolean.getBoolean("check.bf16");
  private static final DType OPERANDS = IS_BF16 ? DType.BF16 : DType.F32;
  private static final ElementTypes TYPES = IS_BF16 ? ElementTypes.BF16_MATRICES : ElementTypes.F32;

  private final PrintStream out = System.out;

  @Test
  void textToVideo_of1300MillionParameters_runsInBoundedMemory(@TempDir Path folder)
      throws IOException {
    long start = System.nanoTime();
    Path root = new RandomModel().writeTextToVideo(folder.resolve("wan-t2v-1.3b"));
    say("written", start);
    ModelReport report = ModelReport.of(root, SIZE, 5, TYPES);
    say("checked, digested and rehearsed", start);
    report.parts().forEach(out::println);
    assertThat(report.problems()).isEmpty();
    ModelCard card = report.card().orElseThrow();
    MemoryNeed need = needOf(root, card, new RenderLoad(SIZE, LATENT_FRAMES, 0, LATENT_FRAMES, 1));
    out.println(need);
    long before = status("VmRSS");

    try (CpuBackend backend = CpuBackend.create(2, OPERANDS);
        VideoModel model = VideoModel.open(root, backend)) {
      long loaded = status("VmRSS");
      say("loaded", start);
      out.printf("resident before %d MiB, after loading %d MiB%n", before >> 20, loaded >> 20);
      assertThat(loaded).isLessThan(need.transformerBytes() + GIB);

      step(model, start);
      long peak = status("VmHWM");
      out.printf(
          "resident now %d MiB, peak %d MiB (mapped pages included), anonymous %d MiB,"
              + " predicted %d MiB%n",
          status("VmRSS") >> 20, peak >> 20, status("RssAnon") >> 20, need.peakBytes() >> 20);
    }
  }

  private static MemoryNeed needOf(Path root, ModelCard card, RenderLoad load) {
    return ModelReport.need(root, card.conditioning().textTokenCount(), load, TYPES);
  }

  private void step(VideoModel model, long start) {
    int side = SIZE.width() / model.card().geometry().spatialFactor();
    VideoModel.Prompt prompt = model.encodePrompt("a red cat runs over the green field");
    say("prompt", start);
    float[] latents = new float[model.card().geometry().channels() * LATENT_FRAMES * side * side];
    float[] velocity = new float[latents.length];
    try (VideoModel.Conditioned denoiser =
        model.conditioned(prompt, List.of(), LATENT_FRAMES, side, side)) {
      for (int i = 0; i < 2; i++) {
        denoiser.velocity(latents, 999, velocity);
        say("denoise step " + i, start);
      }
    }
    for (float value : velocity) {
      assertThat(Float.isFinite(value)).isTrue();
    }
    model.decode(velocity, LATENT_FRAMES, side, side);
    say("decoded", start);
  }

  private void say(String what, long start) {
    out.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, what);
  }

  private static long status(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return 0;
  }
}
