package dev.longtake.transformer;

import static dev.longtake.model.GoldenModel.part;
import static dev.longtake.weights.Golden.assertClose;
import static dev.longtake.weights.Golden.doubles;
import static dev.longtake.weights.Golden.floats;

import dev.longtake.model.GoldenModel;
import dev.longtake.model.TestBackends;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Workspace;
import dev.longtake.weights.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The transformer against the original's outputs. Tolerances are those of the goldens' README: the
 * largest difference that a correct 32-bit implementation shows.
 */
class TransformerGoldenTest {

  private static final String FILE = "io/dit.safetensors";
  private static final String VACE_FILE = "io/vace.safetensors";
  private static final double TOLERANCE = 6e-5;
  private static final double TOLERANCE_EXACT_SINUSOID = 2e-5;
  private static final double TOLERANCE_VACE = 5e-5;

  /** One timestep for each entry of the batch. */
  private static void assertCase(
      WanTransformer transformer, Backend backend, String name, double tolerance) {
    Shape latents = Golden.shape(FILE, name + ".latents");
    int batch = latents.dim(0);
    double[] timesteps = Golden.numbers(FILE, name + ".timestep");
    for (int i = 0; i < batch; i++) {
      float[] found =
          GoldenModel.velocity(
              transformer,
              backend,
              part(floats(FILE, name + ".latents"), i, batch),
              GoldenModel.grid(latents),
              timesteps[i],
              part(floats(FILE, name + ".text"), i, batch),
              null);

      assertClose(name + i, found, part(floats(FILE, name + ".output"), i, batch), tolerance);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_textToVideo_equalsTheOriginal(TestBackends backends) {
    try (Backend backend = backends.open();
        WanTransformer transformer = GoldenModel.transformer(GoldenModel.TEXT_TO_VIDEO, backend)) {
      assertCase(transformer, backend, "a", TOLERANCE);
      assertCase(transformer, backend, "b", TOLERANCE);
      assertCase(transformer, backend, "c", TOLERANCE_EXACT_SINUSOID);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_withTheSinusoidIn64Bits_equalsTheExactResult(TestBackends backends) {
    try (Backend backend = backends.open();
        WanTransformer transformer = GoldenModel.transformer(GoldenModel.TEXT_TO_VIDEO, backend)) {
      float[] found =
          GoldenModel.velocity(
              transformer,
              backend,
              floats(FILE, "a.latents"),
              GoldenModel.grid(Golden.shape(FILE, "a.latents")),
              Golden.numbers(FILE, "a.timestep")[0],
              floats(FILE, "a.text"),
              null);

      assertClose(
          "a, exact sinusoid",
          found,
          doubles(FILE, "a.output_exact_sinusoid_f64"),
          TOLERANCE_EXACT_SINUSOID);
    }
  }

  /** Wan 2.2 gives frames that are known the timestep 0. */
  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_withTimestepsOfTokens_equalsTheOriginal(TestBackends backends) {
    float[] latents = floats(FILE, "d.latents");
    float[] text = floats(FILE, "d.text");
    float[] found = new float[latents.length];
    try (Backend backend = backends.open();
        WanTransformer transformer = GoldenModel.transformer(GoldenModel.TEXT_TO_VIDEO, backend);
        Workspace workspace = backend.openWorkspace();
        WanTransformer.Prompt prompt =
            transformer.preparePrompt(text, text.length / transformer.config().textDim())) {
      transformer.velocity(
          workspace,
          latents,
          GoldenModel.grid(Golden.shape(FILE, "d.latents")),
          runs(Golden.numbers(FILE, "d.timestep")),
          prompt,
          null,
          found);

      assertClose("d", found, floats(FILE, "d.output"), TOLERANCE);
    }
  }

  private static List<TokenTime> runs(double[] timesteps) {
    List<TokenTime> runs = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= timesteps.length; i++) {
      if (i == timesteps.length || timesteps[i] != timesteps[first]) {
        runs.add(new TokenTime(i - first, timesteps[first]));
        first = i;
      }
    }
    return runs;
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_vace_equalsTheOriginal(TestBackends backends) {
    Shape shape = Golden.shape(VACE_FILE, "ctx.control");
    int frames = shape.dim(2);
    float[] control = floats(VACE_FILE, "ctx.control");
    float[] half = firstFrames(control, shape.dim(1), frames, 2);
    try (Backend backend = backends.open();
        WanTransformer transformer = GoldenModel.transformer(GoldenModel.VACE, backend)) {
      List<Float> ones = Collections.nCopies(transformer.config().vaceLayers().size(), 1f);

      assertVace(transformer, backend, "v02", control, frames, ones);
      assertVace(transformer, backend, "v02_short_control", half, 2, ones);
      if (ones.size() == 2) {
        assertVace(transformer, backend, "v02s", control, frames, List.of(1f, 0.35f));
      }
    }
  }

  /** The same file, of which the last block of each kind is left unread. */
  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void velocity_vaceOfFewerBlocks_equalsTheOriginal(TestBackends backends) {
    float[] control = floats(VACE_FILE, "ctx.control");
    int frames = Golden.shape(VACE_FILE, "ctx.control").dim(2);
    try (Backend backend = backends.open();
        WanTransformer transformer =
            GoldenModel.transformer(
                GoldenModel.VACE, backend, it -> it.withBlocks(2, List.of(0)))) {

      assertVace(transformer, backend, "v0", control, frames, List.of(1f));
    }
  }

  private static void assertVace(
      WanTransformer transformer,
      Backend backend,
      String name,
      float[] control,
      int frames,
      List<Float> scales) {
    LatentGrid grid = GoldenModel.grid(Golden.shape(VACE_FILE, "latents"));
    try (WanTransformer.Control tokens =
        transformer.prepareControl(control, frames, grid, scales)) {
      float[] found =
          GoldenModel.velocity(
              transformer,
              backend,
              floats(VACE_FILE, "latents"),
              grid,
              Golden.numbers(VACE_FILE, "timestep")[0],
              floats(VACE_FILE, "text"),
              tokens);

      assertClose(name, found, floats(VACE_FILE, name + ".output"), TOLERANCE_VACE);
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
