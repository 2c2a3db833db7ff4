package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.FailingBackend;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import dev.longtake.text.TextEncoder;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.WanVae;
import dev.longtake.weights.SafetensorsFolder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * What an operation that fails leaves behind: nothing. Each test lets the first operation fail,
 * then the second, and so on until all of them succeed, and looks at the memory after each failure.
 */
class FailureMemoryTest {

  private static final Path TOYBOX = Path.of("model", "toybox");
  private static final int PROMPT_ROWS = 7;
  private static final LatentGrid GRID = new LatentGrid(3, 4, 6);

  private final FailingBackend failing = new FailingBackend();

  /** Says how many operations there were to fail. */
  private int failEverywhere(Runnable work) {
    return failEverywhere(work, failing::usedBytes);
  }

  private int failEverywhere(Runnable work, LongSupplier usedBytes) {
    for (int number = 1; ; number++) {
      long before = usedBytes.getAsLong();
      failing.failAt(number);
      try {
        work.run();
        failing.failNever();
        return number - 1;
      } catch (FailingBackend.Planned e) {
        assertThat(usedBytes.getAsLong())
            .as("bytes after operation %d failed: %s", number, e.getMessage())
            .isEqualTo(before);
      }
    }
  }

  private WanTransformer transformer() {
    return GoldenModel.transformer(GoldenModel.VACE, failing.backend());
  }

  private static float[] text(TransformerConfig config) {
    return new float[PROMPT_ROWS * config.textDim()];
  }

  private static WanTransformer.Control control(WanTransformer transformer) {
    TransformerConfig config = transformer.config();
    return transformer.prepareControl(
        new float[config.vaceInChannels() * GRID.frames() * GRID.height() * GRID.width()],
        GRID.frames(),
        GRID,
        Collections.nCopies(config.vaceLayers().size(), 1f));
  }

  private static float[] latents(TransformerConfig config) {
    return new float[config.inChannels() * GRID.frames() * GRID.height() * GRID.width()];
  }

  @Test
  void encode_withBlocksThatPassBy_leavesNothing() {
    try (SafetensorsFolder weights = GoldenModel.textWeights();
        var encoder = new TextEncoder(GoldenModel.textConfig(), weights, failing.backend(), 0)) {
      int count = failEverywhere(() -> encoder.encode(new int[PROMPT_ROWS]));

      int blocks = GoldenModel.textConfig().layerCount();
      assertThat(count).isGreaterThan(25 * blocks);
    }
  }

  @Test
  void encode_withBlocksThatStay_leavesNothing() {
    try (SafetensorsFolder weights = GoldenModel.textWeights();
        var encoder = new TextEncoder(GoldenModel.textConfig(), weights, failing.backend())) {
      int count = failEverywhere(() -> encoder.encode(new int[PROMPT_ROWS]));

      assertThat(count).isGreaterThan(10 * GoldenModel.textConfig().layerCount());
    }
  }

  /** But for the last norm, which lives as long as the backend. */
  @Test
  void newTextEncoder_leavesNoBlocks() {
    long norm = (long) GoldenModel.textConfig().dim() * Float.BYTES;
    try (SafetensorsFolder weights = GoldenModel.textWeights()) {
      for (int number = 3; ; number++) {
        long before = failing.usedBytes();
        failing.failAt(number);
        try (var encoder = new TextEncoder(GoldenModel.textConfig(), weights, failing.backend())) {
          assertThat(encoder.dim()).isEqualTo(GoldenModel.textConfig().dim());
          assertThat(number).isGreaterThan(9 * GoldenModel.textConfig().layerCount());
          return;
        } catch (FailingBackend.Planned e) {
          assertThat(failing.usedBytes()).as(e.getMessage()).isEqualTo(before + norm);
        }
      }
    }
  }

  @Test
  void preparePrompt_leavesNothing() {
    try (WanTransformer transformer = transformer()) {
      int count =
          failEverywhere(
              () -> transformer.preparePrompt(text(transformer.config()), PROMPT_ROWS).close());

      assertThat(count).isGreaterThan(3 * transformer.config().layerCount());
    }
  }

  @Test
  void prepareControl_leavesNothing() {
    try (WanTransformer transformer = transformer()) {
      int count = failEverywhere(() -> control(transformer).close());

      assertThat(count).isGreaterThan(5);
    }
  }

  /** The rotary tables are made by the first step. */
  @Test
  void velocity_ofAFirstStep_leavesNothing() {
    try (WanTransformer transformer = transformer();
        WanTransformer.Prompt prompt =
            transformer.preparePrompt(text(transformer.config()), PROMPT_ROWS);
        WanTransformer.Control control = control(transformer)) {
      float[] latents = latents(transformer.config());

      int count =
          failEverywhere(
              () -> {
                try (transformer; // forgets the tables
                    Workspace workspace = failing.backend().openWorkspace()) {
                  transformer.velocity(workspace, latents, GRID, 500, prompt, control, latents);
                }
              });

      assertThat(count).isGreaterThan(20 * transformer.config().layerCount());
    }
  }

  /** A workspace keeps its blocks for the next step, so here it is what is taken of it. */
  @Test
  void velocity_ofALaterStep_leavesTheWorkspaceAsItWas() {
    try (WanTransformer transformer = transformer();
        Workspace workspace = failing.backend().openWorkspace();
        WanTransformer.Prompt prompt =
            transformer.preparePrompt(text(transformer.config()), PROMPT_ROWS);
        WanTransformer.Control control = control(transformer)) {
      float[] latents = latents(transformer.config());
      TransformerConfig config = transformer.config();
      Tensor in =
          workspace.takeF32(config.inChannels(), GRID.frames(), GRID.height(), GRID.width());
      Tensor out =
          workspace.takeF32(config.outChannels(), GRID.frames(), GRID.height(), GRID.width());
      transformer.velocity(workspace, latents, GRID, 500, prompt, control, latents);
      long blocks = failing.usedBytes();

      int ofArrays =
          failEverywhere(
              () -> transformer.velocity(workspace, latents, GRID, 500, prompt, control, latents),
              workspace::usedBytes);
      int ofTensors =
          failEverywhere(
              () -> transformer.velocity(workspace, in, GRID, 500, prompt, control, out),
              workspace::usedBytes);

      assertThat(ofArrays).isEqualTo(ofTensors + 2).isGreaterThan(20 * config.layerCount());
      assertThat(failing.usedBytes()).isEqualTo(blocks);
    }
  }

  @Test
  void vae_encodingAndDecoding_leavesNothing() {
    VaeConfig config = GoldenModel.vaeConfig();
    WanVae vae = GoldenModel.vae(failing.backend());
    int height = 4;
    int width = 6;
    int frames = vae.frames(2);
    int pixels = height * width * config.spatialFactor() * config.spatialFactor();
    float[] latents = new float[config.latentChannels() * 2 * height * width];

    int encoding =
        failEverywhere(
            () ->
                vae.encode(
                    new float[3 * frames * pixels],
                    frames,
                    height * config.spatialFactor(),
                    width * config.spatialFactor()));
    int blank =
        failEverywhere(
            () ->
                vae.encodeBlank(
                    2, height * config.spatialFactor(), width * config.spatialFactor()));
    int decoding = failEverywhere(() -> vae.decode(latents, 2, height, width));

    assertThat(List.of(encoding, blank, decoding)).allMatch(count -> count > 50);
  }

  /** The prompt's keys, the control, and what the two of them need meanwhile. */
  @Test
  void conditioned_leavesNothing() {
    try (VideoModel model = VideoModel.open(TOYBOX, failing.backend())) {
      VideoModel.Prompt prompt = model.encodePrompt("a cat");
      model
          .conditioned(prompt, List.of(), 2, 2, 2)
          .close(); // so that the control of nothing is known

      int count = failEverywhere(() -> model.conditioned(prompt, List.of(), 2, 2, 2).close());

      assertThat(count).isGreaterThan(20);
    }
  }

  /** The test's own means: a block that nobody gives back is seen. */
  @Test
  void usedBytes_ofAWorkspaceLeftOpen_areMore() {
    long before = failing.usedBytes();

    Workspace workspace = failing.backend().openWorkspace();
    workspace.take(64);
    failing.backend().allocate(Shape.of(16));

    assertThat(failing.usedBytes()).isGreaterThan(before + 64 + 64);
    workspace.close();
    assertThat(failing.usedBytes()).isEqualTo(before + 64);
  }
}
