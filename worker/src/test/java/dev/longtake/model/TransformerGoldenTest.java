package dev.longtake.model;

import static dev.longtake.weights.Golden.assertClose;
import static dev.longtake.weights.Golden.doubles;
import static dev.longtake.weights.Golden.floats;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Workspace;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The transformer against the original's outputs. Tolerances are those of the goldens' README: the
 * largest difference that a correct 32-bit implementation shows.
 */
class TransformerGoldenTest {

  private static final double TOLERANCE = 6e-5;
  private static final double TOLERANCE_EXACT_SINUSOID = 2e-5;
  private static final double TOLERANCE_VACE = 5e-5;

  private static WanTransformer open(String folder, Backend backend) {
    TransformerConfig config =
        TransformerConfig.of(ConfigFile.read(Golden.path(folder + "/transformer/config.json")));
    try (SafetensorsFolder weights =
        SafetensorsFolder.open(Golden.path(folder + "/transformer"), "diffusion_pytorch_model")) {
      return new WanTransformer(config, weights, backend);
    }
  }

  private static float[] velocity(
      WanTransformer transformer,
      Backend backend,
      float[] latents,
      LatentGrid grid,
      double timestep,
      float[] text,
      int rows,
      WanTransformer.Control control) {
    float[] out = new float[latents.length];
    try (WanTransformer.Prompt prompt = transformer.preparePrompt(text, rows);
        Workspace workspace = backend.openWorkspace()) {
      transformer.velocity(workspace, latents, grid, timestep, prompt, control, out);
    }
    return out;
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_textToVideo_equalsTheOriginal(TestBackends backends) {
    try (Backend backend = backends.open();
        WanTransformer transformer = open("tiny-wan-t2v", backend)) {
      float[] found =
          velocity(
              transformer,
              backend,
              floats("io/dit.safetensors", "a.latents"),
              new LatentGrid(3, 8, 8),
              999,
              floats("io/dit.safetensors", "a.text"),
              16,
              null);

      assertClose(
          "a, exact sinusoid",
          found,
          doubles("io/dit.safetensors", "a.output_exact_sinusoid_f64"),
          TOLERANCE_EXACT_SINUSOID);
      assertClose("a", found, floats("io/dit.safetensors", "a.output"), TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_oblongFrames_equalsTheOriginal(TestBackends backends) {
    float[] latents = floats("io/dit.safetensors", "b.latents");
    float[] text = floats("io/dit.safetensors", "b.text");
    float[] expected = floats("io/dit.safetensors", "b.output");
    int size = latents.length / 2;
    try (Backend backend = backends.open();
        WanTransformer transformer = open("tiny-wan-t2v", backend)) {
      for (int i = 0; i < 2; i++) {
        float[] found =
            velocity(
                transformer,
                backend,
                Arrays.copyOfRange(latents, i * size, (i + 1) * size),
                new LatentGrid(2, 6, 10),
                i == 0 ? 857 : 33,
                Arrays.copyOfRange(text, i * text.length / 2, (i + 1) * text.length / 2),
                12,
                null);

        assertClose(
            "b" + i, found, Arrays.copyOfRange(expected, i * size, (i + 1) * size), TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_oneFrameFractionalTimestep_equalsTheOriginal(TestBackends backends) {
    try (Backend backend = backends.open();
        WanTransformer transformer = open("tiny-wan-t2v", backend)) {
      float[] found =
          velocity(
              transformer,
              backend,
              floats("io/dit.safetensors", "c.latents"),
              new LatentGrid(1, 4, 6),
              floats("io/dit.safetensors", "c.timestep")[0],
              floats("io/dit.safetensors", "c.text"),
              5,
              null);

      assertClose("c", found, floats("io/dit.safetensors", "c.output"), 2e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_vace_equalsTheOriginal(TestBackends backends) {
    LatentGrid grid = new LatentGrid(4, 4, 8);
    float[] control = floats("io/vace.safetensors", "ctx.control");
    float[] latents = floats("io/vace.safetensors", "latents");
    float[] text = floats("io/vace.safetensors", "text");
    float[] half = firstFrames(control, 96, 4, 2);
    try (Backend backend = backends.open();
        WanTransformer transformer = open("tiny-wan-vace", backend);
        WanTransformer.Control full =
            transformer.prepareControl(control, 4, grid, List.of(1f, 1f));
        WanTransformer.Control scaled =
            transformer.prepareControl(control, 4, grid, List.of(1f, 0.35f));
        WanTransformer.Control shorter =
            transformer.prepareControl(half, 2, grid, List.of(1f, 1f))) {

      assertClose(
          "v02",
          velocity(transformer, backend, latents, grid, 500, text, 16, full),
          floats("io/vace.safetensors", "v02.output"),
          TOLERANCE_VACE);
      assertClose(
          "v02s",
          velocity(transformer, backend, latents, grid, 500, text, 16, scaled),
          floats("io/vace.safetensors", "v02s.output"),
          TOLERANCE_VACE);
      assertClose(
          "v02_short_control",
          velocity(transformer, backend, latents, grid, 500, text, 16, shorter),
          floats("io/vace.safetensors", "v02_short_control.output"),
          TOLERANCE_VACE);
    }
  }

  /** The first frames of {@code (channels, frames, H, W)}. */
  private static float[] firstFrames(float[] values, int channels, int frames, int kept) {
    int plane = values.length / channels / frames;
    float[] out = new float[channels * kept * plane];
    for (int c = 0; c < channels; c++) {
      System.arraycopy(values, c * frames * plane, out, c * kept * plane, kept * plane);
    }
    return out;
  }
}
