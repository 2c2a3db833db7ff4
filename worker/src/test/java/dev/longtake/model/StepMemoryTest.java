package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.CountingBackend;
import dev.longtake.tensor.ElementTypes;
import dev.longtake.tensor.Workspace;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.text.TextEncoder;
import dev.longtake.text.TextEncoderConfig;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.weights.Golden;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What the engine takes from the system, and when. */
class StepMemoryTest {

  private static final LatentGrid GRID =
      GoldenModel.grid(Golden.shape("io/vace.safetensors", "latents"));

  @Test
  void velocity_fromTheSecondStepOn_takesNothingFromTheSystem() {
    float[] latents = Golden.floats("io/vace.safetensors", "latents");
    float[] text = Golden.floats("io/vace.safetensors", "text");
    float[] values = Golden.floats("io/vace.safetensors", "ctx.control");
    try (CpuBackend backend = CpuBackend.create(2);
        WanTransformer transformer = GoldenModel.transformer(GoldenModel.VACE, backend);
        Workspace workspace = backend.openWorkspace();
        WanTransformer.Prompt prompt =
            transformer.preparePrompt(text, text.length / transformer.config().textDim());
        WanTransformer.Control control =
            transformer.prepareControl(
                values,
                GRID.frames(),
                GRID,
                Collections.nCopies(transformer.config().vaceLayers().size(), 1f))) {
      // Two, because which thread meets which shape first is a matter of chance.
      for (int step = 0; step < 2; step++) {
        transformer.velocity(workspace, latents, GRID, 900, prompt, control, latents);
      }
      long blocks = workspace.blockCount();
      long peakBytes = workspace.peakBytes();
      long threadsAndArena = backend.allocationCount();

      for (int step = 0; step < 10; step++) {
        transformer.velocity(workspace, latents, GRID, 800, prompt, control, latents);
      }

      assertThat(workspace.usedBytes()).isZero();
      assertThat(workspace.blockCount()).isEqualTo(blocks);
      assertThat(workspace.peakBytes()).isEqualTo(peakBytes);
      // A thread that comes late grows its own scratch memory once; the arena never grows.
      assertThat(backend.allocationCount() - threadsAndArena).isLessThanOrEqualTo(2);
    }
  }

  /** The rehearsal runs the same code, so it must ask for exactly what the step asks for. */
  @Test
  void velocity_onACountingBackend_asksForTheSameMemory() {
    float[] latents = Golden.floats("io/dit.safetensors", "a.latents");
    float[] text = Golden.floats("io/dit.safetensors", "a.text");
    LatentGrid grid = GoldenModel.grid(Golden.shape("io/dit.safetensors", "a.latents"));
    TransformerConfig config = GoldenModel.transformerConfig(GoldenModel.TEXT_TO_VIDEO);
    int rows = text.length / config.textDim();
    try (CpuBackend backend = CpuBackend.create(1);
        CountingBackend counting = new CountingBackend(ElementTypes.F32);
        WanTransformer real = GoldenModel.transformer(GoldenModel.TEXT_TO_VIDEO, backend);
        WanTransformer sized =
            new WanTransformer(config, new ShapeSource(config.expectedShapes()), counting);
        Workspace realSpace = backend.openWorkspace();
        Workspace sizedSpace = counting.openWorkspace();
        WanTransformer.Prompt realPrompt = real.preparePrompt(text, rows);
        WanTransformer.Prompt sizedPrompt = sized.preparePrompt(text, rows)) {

      real.velocity(realSpace, latents, grid, 500, realPrompt, null, latents.clone());
      sized.velocity(sizedSpace, latents, grid, 500, sizedPrompt, null, latents.clone());

      assertThat(sizedSpace.peakBytes()).isEqualTo(realSpace.peakBytes());
      assertThat(sizedSpace.reservedBytes()).isEqualTo(realSpace.reservedBytes());
    }
  }

  /** Matrices take half of it in bf16; biases, and what is prepared in F32, take the same. */
  @Test
  void prepareLinear_inBf16_countsTwoBytesAnElement() {
    long matrix = 48L * 32;
    long rest = 48L * Float.BYTES + 64;
    MemorySegment weight = MemorySegment.ofArray(new float[48 * 32]);
    MemorySegment bias = MemorySegment.ofArray(new float[48]);
    try (var f32 = new CountingBackend(ElementTypes.F32);
        var bf16 = new CountingBackend(ElementTypes.BF16_MATRICES)) {
      f32.prepareLinear(48, 32, weight, bias);
      bf16.prepareLinear(48, 32, weight, bias);

      assertThat(f32.usedBytes()).isEqualTo(4 * matrix + rest);
      assertThat(bf16.usedBytes()).isEqualTo(2 * matrix + rest);

      bf16.inF32().prepareLinear(48, 32, weight, bias);

      assertThat(bf16.usedBytes()).isEqualTo(6 * matrix + 2 * rest);
    }
  }

  @Test
  void release_ofALinearWeight_givesItsBytesBack() {
    TextEncoderConfig config = GoldenModel.textConfig();
    try (CountingBackend backend = new CountingBackend(ElementTypes.F32);
        var weights = GoldenModel.textWeights();
        TextEncoder passing = new TextEncoder(config, weights, backend, 0)) {
      long before = backend.usedBytes();
      backend.resetPeak();

      passing.encode(new int[3]);

      assertThat(backend.usedBytes()).isEqualTo(before);
      assertThat(backend.peakBytes() - before).isGreaterThan(config.blockBytes());
    }
  }
}
