package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.denoise.SigmaSchedule;
import dev.longtake.denoise.SigmaTable;
import dev.longtake.denoise.TimestepRule;
import dev.longtake.sampling.EulerSampler;
import dev.longtake.sampling.Guidance;
import dev.longtake.sampling.Sampler;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.UniPcSampler;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Workspace;
import dev.longtake.text.TextEncoder;
import dev.longtake.transformer.ControlPreparation;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.WanVae;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From token ids to pixels, through every part, against the official pipelines: text, guidance,
 * four steps of two samplers, VAE; and the same with a control and a reference.
 */
class EndToEndGoldenTest {

  private static final String TEXT_TO_VIDEO = "io/e2e_t2v.safetensors";
  private static final String VACE = "io/e2e_vace.safetensors";

  // The goldens' README.
  private static final double TOLERANCE_LATENTS = 1e-4;
  private static final double TOLERANCE_VIDEO = 2e-5;

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void textToVideo_withEulerSteps_equalsTheOriginal(TestBackends kind) {
    SigmaSchedule schedule = SigmaSchedule.of(SigmaTable.EULER, TimestepRule.EXACT, 4, 3.0);

    textToVideo(kind, "euler4", new EulerSampler(schedule));
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void textToVideo_withUniPcSteps_equalsTheOriginal(TestBackends kind) {
    SigmaSchedule schedule =
        SigmaSchedule.of(SigmaTable.UNIPC_CURRENT, TimestepRule.TRUNCATED, 4, 3.0);

    textToVideo(kind, "unipc4", new UniPcSampler(schedule));
  }

  private static void textToVideo(TestBackends kind, String name, Sampler sampler) {
    assumeTrue(Golden.has(TEXT_TO_VIDEO), "the golden folder has no such case");
    try (Backend backend = kind.open();
        WanTransformer transformer = GoldenModel.transformer("tiny-wan-t2v", backend)) {
      float[] conditional = embeds(backend, 0);
      float[] unconditional = embeds(backend, 1);
      assertEmbeds("prompt_embeds", conditional);
      assertEmbeds("negative_prompt_embeds", unconditional);

      var run =
          new Run(backend, transformer, grid(TEXT_TO_VIDEO), conditional, unconditional, 4f, null);
      float[] latents = run.sample(sampler, TEXT_TO_VIDEO, name);

      float[] video = decode(GoldenModel.vae(backend), latents, grid(TEXT_TO_VIDEO));
      Golden.assertClose(
          "video",
          framesFirst(video, name, TEXT_TO_VIDEO),
          Golden.floats(TEXT_TO_VIDEO, name + ".video"),
          TOLERANCE_VIDEO);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void vace_withAReference_equalsTheOriginal(TestBackends kind) {
    assumeTrue(Golden.has(VACE), "the golden folder has no such case");
    SigmaSchedule schedule =
        SigmaSchedule.of(SigmaTable.UNIPC_CURRENT, TimestepRule.TRUNCATED, 3, 3.0);
    LatentGrid grid = grid(VACE);

    try (Backend backend = kind.open();
        WanTransformer transformer = GoldenModel.transformer("tiny-wan-vace", backend)) {
      WanVae vae = GoldenModel.vae(backend);
      float[] values = control(new ControlPreparation(vae));
      Golden.assertClose("control", values, Golden.floats(VACE, "control"), 1e-5);
      try (WanTransformer.Control control =
          transformer.prepareControl(values, grid.frames(), grid, List.of(1f, 0.8f))) {
        float[] conditional = embeds(backend, 0);
        float[] unconditional = embeds(backend, 1);
        var run = new Run(backend, transformer, grid, conditional, unconditional, 3f, control);
        float[] latents = run.sample(new UniPcSampler(schedule), VACE, "unipc3");

        float[] video = decode(vae, withoutReference(latents, grid), shorter(grid));
        Golden.assertClose(
            "video",
            framesFirst(video, "unipc3", VACE),
            Golden.floats(VACE, "unipc3.video"),
            TOLERANCE_VIDEO);
      }
    }
  }

  /** One sampling with guidance. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Run(
      Backend backend,
      WanTransformer transformer,
      LatentGrid grid,
      float[] conditional,
      float[] unconditional,
      float guidanceScale,
      WanTransformer.@Nullable Control control) {

    float[] sample(Sampler sampler, String file, String name) {
      float[] expected = Golden.floats(file, name + ".latents_per_step");
      SamplerState state = SamplerState.initial(Golden.floats(file, "latents_init"));
      int length = state.latents().length;
      for (int step = 0; step < sampler.schedule().stepCount(); step++) {
        float[] velocity =
            Guidance.combine(
                velocity(state, sampler, conditional),
                velocity(state, sampler, unconditional),
                guidanceScale);
        state = sampler.step(state, velocity);
        float[] row = Arrays.copyOfRange(expected, step * length, (step + 1) * length);
        Golden.assertClose("latents of step " + step, state.latents(), row, TOLERANCE_LATENTS);
      }
      assertThat(state.stepIndex()).isEqualTo(sampler.schedule().stepCount());
      return state.latents();
    }

    private float[] velocity(SamplerState state, Sampler sampler, float[] embeds) {
      float[] out = new float[state.latents().length];
      double timestep = sampler.schedule().timestep(state.stepIndex());
      try (WanTransformer.Prompt prompt =
              transformer.preparePrompt(embeds, embeds.length / transformer.config().textDim());
          Workspace workspace = backend.openWorkspace()) {
        transformer.velocity(workspace, state.latents(), grid, timestep, prompt, control, out);
      }
      return out;
    }
  }

  /** {@code (rows, dim)}, zero past the prompt's end; row 0 is the prompt, 1 the negative one. */
  private static float[] embeds(Backend backend, int row) {
    long[] ids = Golden.longs(TEXT_TO_VIDEO, "input_ids");
    int rows = Golden.shape(TEXT_TO_VIDEO, "input_ids").dim(1);
    long[] mask = Golden.longs(TEXT_TO_VIDEO, "attention_mask");
    int length = (int) Arrays.stream(mask, row * rows, (row + 1) * rows).sum();
    int[] prompt =
        Arrays.stream(ids, row * rows, row * rows + length).mapToInt(Math::toIntExact).toArray();
    try (SafetensorsFolder weights = GoldenModel.textWeights();
        TextEncoder encoder = new TextEncoder(GoldenModel.textConfig(), weights, backend)) {
      return Arrays.copyOf(encoder.encode(prompt), rows * encoder.dim());
    }
  }

  private static void assertEmbeds(String name, float[] embeds) {
    float[] expected = Golden.floats(TEXT_TO_VIDEO, name);
    Golden.assertClose(name, Arrays.copyOf(embeds, expected.length), expected, 2e-5);
  }

  private static LatentGrid grid(String file) {
    return GoldenModel.grid(Golden.shape(file, "latents_init"));
  }

  private static LatentGrid shorter(LatentGrid grid) {
    return new LatentGrid(grid.frames() - 1, grid.height(), grid.width());
  }

  private static float[] decode(WanVae vae, float[] latents, LatentGrid grid) {
    return vae.decode(latents, grid.frames(), grid.height(), grid.width());
  }

  private static float[] control(ControlPreparation preparation) {
    Shape video = Golden.shape(VACE, "video_in");
    float[] reference =
        preparation.encodeReference(
            Golden.floats(VACE, "reference_in"), video.dim(3), video.dim(4));
    return preparation.ofVideo(
        Golden.floats(VACE, "video_in"),
        Golden.floats(VACE, "mask_in"),
        List.of(reference),
        video.dim(2),
        video.dim(3),
        video.dim(4));
  }

  /** {@code (C, T, plane)} to {@code (C, T - 1, plane)}: the first latent frame goes. */
  private static float[] withoutReference(float[] latents, LatentGrid grid) {
    int plane = grid.height() * grid.width();
    int channels = latents.length / grid.frames() / plane;
    int kept = (grid.frames() - 1) * plane;
    float[] rest = new float[channels * kept];
    for (int channel = 0; channel < channels; channel++) {
      int from = (channel * grid.frames() + 1) * plane;
      System.arraycopy(latents, from, rest, channel * kept, kept);
    }
    return rest;
  }

  /** {@code (frames, H, W, 3)} in [-1, 1] to {@code (frames, 3, H, W)} in [0, 1]. */
  private static float[] framesFirst(float[] video, String name, String file) {
    Shape shape = Golden.shape(file, name + ".video");
    int plane = shape.dim(-2) * shape.dim(-1);
    float[] planes = new float[video.length];
    for (int pixel = 0; pixel < video.length / 3; pixel++) {
      for (int color = 0; color < 3; color++) {
        int frame = pixel / plane;
        planes[(frame * 3 + color) * plane + pixel % plane] =
            video[pixel * 3 + color] * 0.5f + 0.5f;
      }
    }
    return planes;
  }
}
