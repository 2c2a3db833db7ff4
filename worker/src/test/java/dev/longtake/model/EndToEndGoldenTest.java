package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.sampling.EulerSampler;
import dev.longtake.sampling.Guidance;
import dev.longtake.sampling.Sampler;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.SigmaSchedule;
import dev.longtake.sampling.SigmaTable;
import dev.longtake.sampling.TimestepRule;
import dev.longtake.sampling.UniPcSampler;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Workspace;
import dev.longtake.weights.ConfigFile;
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
  private static final int ROWS = 512;

  // The goldens' README.
  private static final double TOLERANCE_LATENTS = 1e-4;
  private static final double TOLERANCE_VIDEO = 2e-5;

  @ParameterizedTest
  @EnumSource(value = TestBackends.class, names = "CPU")
  void textToVideo_withEulerSteps_equalsTheOriginal(TestBackends kind) {
    SigmaSchedule schedule = SigmaSchedule.of(SigmaTable.EULER, TimestepRule.EXACT, 4, 3.0);

    textToVideo(kind, "euler4", new EulerSampler(schedule));
  }

  @ParameterizedTest
  @EnumSource(value = TestBackends.class, names = "CPU")
  void textToVideo_withUniPcSteps_equalsTheOriginal(TestBackends kind) {
    SigmaSchedule schedule =
        SigmaSchedule.of(SigmaTable.UNIPC_CURRENT, TimestepRule.TRUNCATED, 4, 3.0);

    textToVideo(kind, "unipc4", new UniPcSampler(schedule));
  }

  private static void textToVideo(TestBackends kind, String name, Sampler sampler) {
    try (Backend backend = kind.open();
        WanTransformer transformer = transformer("tiny-wan-t2v", backend)) {
      float[] conditional = embeds(backend, 0);
      float[] unconditional = embeds(backend, 1);
      assertEmbeds("prompt_embeds", conditional);
      assertEmbeds("negative_prompt_embeds", unconditional);

      var run =
          new Run(
              backend, transformer, new LatentGrid(3, 4, 6), conditional, unconditional, 4f, null);
      float[] latents = run.sample(sampler, TEXT_TO_VIDEO, name);

      float[] video = WanVaeGoldenTest.load(backend).decode(latents, 3, 4, 6);
      Golden.assertClose(
          "video",
          framesFirst(video),
          Golden.floats(TEXT_TO_VIDEO, name + ".video"),
          TOLERANCE_VIDEO);
    }
  }

  @ParameterizedTest
  @EnumSource(value = TestBackends.class, names = "CPU")
  void vace_withAReference_equalsTheOriginal(TestBackends kind) {
    SigmaSchedule schedule =
        SigmaSchedule.of(SigmaTable.UNIPC_CURRENT, TimestepRule.TRUNCATED, 3, 3.0);
    var grid = new LatentGrid(3, 4, 6);

    try (Backend backend = kind.open();
        WanTransformer transformer = transformer("tiny-wan-vace", backend)) {
      WanVae vae = WanVaeGoldenTest.load(backend);
      float[] values = control(new ControlPreparation(vae));
      Golden.assertClose("control", values, Golden.floats(VACE, "control"), 1e-5);
      try (WanTransformer.Control control =
          transformer.prepareControl(values, 3, grid, List.of(1f, 0.8f))) {
        float[] conditional = embeds(backend, 0);
        float[] unconditional = embeds(backend, 1);
        var run = new Run(backend, transformer, grid, conditional, unconditional, 3f, control);
        float[] latents = run.sample(new UniPcSampler(schedule), VACE, "unipc3");

        float[] video = vae.decode(withoutReference(latents), 2, 4, 6);
        Golden.assertClose(
            "video", framesFirst(video), Golden.floats(VACE, "unipc3.video"), TOLERANCE_VIDEO);
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
      try (WanTransformer.Prompt prompt = transformer.preparePrompt(embeds, ROWS);
          Workspace workspace = backend.openWorkspace()) {
        transformer.velocity(workspace, state.latents(), grid, timestep, prompt, control, out);
      }
      return out;
    }
  }

  private static WanTransformer transformer(String folder, Backend backend) {
    TransformerConfig config =
        TransformerConfig.of(ConfigFile.read(Golden.path(folder + "/transformer/config.json")));
    try (SafetensorsFolder weights =
        SafetensorsFolder.open(Golden.path(folder + "/transformer"), "diffusion_pytorch_model")) {
      return new WanTransformer(config, weights, backend);
    }
  }

  /** {@code (ROWS, dim)}, zero past the prompt's end; row 0 is the prompt, 1 the negative one. */
  private static float[] embeds(Backend backend, int row) {
    long[] ids = Golden.longs(TEXT_TO_VIDEO, "input_ids");
    long[] mask = Golden.longs(TEXT_TO_VIDEO, "attention_mask");
    int length = (int) Arrays.stream(mask, row * ROWS, (row + 1) * ROWS).sum();
    int[] prompt =
        Arrays.stream(ids, row * ROWS, row * ROWS + length).mapToInt(Math::toIntExact).toArray();
    TextEncoderConfig config =
        TextEncoderConfig.of(ConfigFile.read(Golden.path("tiny-wan-t2v/text_encoder/config.json")));
    try (SafetensorsFolder weights =
        SafetensorsFolder.open(Golden.path("tiny-wan-t2v/text_encoder"), "model")) {
      var encoder = new TextEncoder(config, weights, backend);
      return Arrays.copyOf(encoder.encode(prompt), ROWS * encoder.dim());
    }
  }

  private static void assertEmbeds(String name, float[] embeds) {
    float[] expected = Golden.floats(TEXT_TO_VIDEO, name);
    Golden.assertClose(name, Arrays.copyOf(embeds, expected.length), expected, 2e-5);
  }

  private static float[] control(ControlPreparation preparation) {
    float[] reference = preparation.encodeReference(Golden.floats(VACE, "reference_in"), 32, 48);
    return preparation.ofVideo(
        Golden.floats(VACE, "video_in"),
        Golden.floats(VACE, "mask_in"),
        List.of(reference),
        5,
        32,
        48);
  }

  /** {@code (16, 3, 24)} to {@code (16, 2, 24)}: the first latent frame goes. */
  private static float[] withoutReference(float[] latents) {
    float[] rest = new float[16 * 2 * 24];
    for (int channel = 0; channel < 16; channel++) {
      System.arraycopy(latents, (channel * 3 + 1) * 24, rest, channel * 2 * 24, 2 * 24);
    }
    return rest;
  }

  /** {@code (frames, H, W, 3)} in [-1, 1] to {@code (frames, 3, H, W)} in [0, 1]. */
  private static float[] framesFirst(float[] video) {
    int plane = 32 * 48;
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
