package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.checkpoint.ModelCards;
import dev.longtake.frames.FrameRun;
import dev.longtake.plan.Solver;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Workspace;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.text.PromptTokenizer;
import dev.longtake.text.PromptTokens;
import dev.longtake.text.TextEncoder;
import dev.longtake.text.TextEncoderConfig;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.WanVae;
import dev.longtake.vae.WanVaeGoldenTest;
import dev.longtake.weights.DiffusersFolder;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFile;
import dev.longtake.weights.SafetensorsFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bundled checkpoint, part by part, against what the program that trained it computes. */
class ToyboxGoldenTest {

  private static final Path FOLDER = Path.of("model/toybox");
  private static final Path GOLDEN = Golden.resource("toybox/toybox.safetensors");

  // float32 on both sides, sums of at most a few thousand terms of values below about 10.
  private static final double TOLERANCE = 1e-4;

  /** Rows of a prompt, as the golden file has them. */
  private static final int TOKEN_COUNT = Golden.longs(GOLDEN, "prompt_ids").length;

  private static float[] golden(String name) {
    try (SafetensorsFile file = SafetensorsFile.open(GOLDEN)) {
      return file.readF32(name);
    }
  }

  @Test
  void encode_ofThePrompt_equalsTheTrainer() {
    DiffusersFolder folder = DiffusersFolder.open(FOLDER);
    try (Backend backend = CpuBackend.create(2);
        PromptTokenizer tokenizer = PromptTokenizer.open(folder.tokenizer(), TOKEN_COUNT);
        SafetensorsFolder weights = folder.weights("text_encoder")) {
      PromptTokens tokens =
          tokenizer.encode("a grey rhino with a red scarf grazes in central park. zeppelin");
      long[] ids = Golden.longs(GOLDEN, "prompt_ids");

      assertThat(tokens.padded(TOKEN_COUNT))
          .isEqualTo(Arrays.stream(ids).mapToInt(id -> (int) id).toArray());
      assertThat(tokens.unknownWords()).containsExactly("zeppelin");

      var encoder =
          new TextEncoder(TextEncoderConfig.of(folder.config("text_encoder")), weights, backend);
      float[] expected = golden("prompt_embeds");
      float[] embeds = Arrays.copyOf(encoder.encode(tokens.ids()), expected.length);
      assertClose("embeds", embeds, expected);
    }
  }

  @Test
  void velocity_withReferences_equalsTheTrainer() {
    DiffusersFolder folder = DiffusersFolder.open(FOLDER);
    TransformerConfig config = TransformerConfig.of(folder.config("transformer"));
    var grid = new LatentGrid(5, 2, 4);
    List<Float> scales = Collections.nCopies(config.vaceLayers().size(), 1f);
    try (Backend backend = CpuBackend.create(2);
        SafetensorsFolder weights = folder.weights("transformer");
        WanTransformer transformer = new WanTransformer(config, weights, backend);
        Workspace workspace = backend.openWorkspace();
        WanTransformer.Prompt prompt =
            transformer.preparePrompt(golden("prompt_embeds"), TOKEN_COUNT);
        WanTransformer.Control control =
            transformer.prepareControl(golden("dit.control"), 5, grid, scales)) {
      float[] velocity = new float[golden("dit.latents").length];

      transformer.velocity(
          workspace,
          golden("dit.latents"),
          grid,
          golden("dit.timestep")[0],
          prompt,
          control,
          velocity);

      assertClose("velocity", velocity, golden("dit.velocity"));
    }
  }

  @Test
  void vae_ofAPictureAndOfLatents_equalsTheTrainer() {
    DiffusersFolder folder = DiffusersFolder.open(FOLDER);
    try (Backend backend = CpuBackend.create(2);
        SafetensorsFolder weights = folder.weights("vae")) {
      WanVae vae = WanVae.load(backend, VaeConfig.read(folder.config("vae")), weights);

      assertClose(
          "latents",
          vae.encode(golden("vae.image"), 1, 32, 64),
          golden("vae.image_latents_normalized"));
      float[] video = vae.decode(golden("vae.latents_normalized"), 3, 2, 2);
      assertClose("video", WanVaeGoldenTest.channelsFirst(video, 9, 32 * 32), golden("vae.frames"));
    }
  }

  /**
   * What makes parallel decoding possible: with its halo, a segment is the same as in the whole.
   */
  @Test
  void decode_inSegmentsWithHalo_givesTheWholeShot() {
    try (Backend backend = CpuBackend.create(2);
        VideoModel model = VideoModel.open(FOLDER, backend)) {
      int halo = model.card().segmentPolicy().halo();
      float[] latents = noise(model.card().geometry().channels() * 7 * 2 * 4);
      FrameRun whole = model.decode(latents, 7, 2, 4);

      int first = 3;
      float[] part = slice(latents, 7, first - halo, 7, 2 * 4);
      FrameRun segment = model.decode(part, 7 - first + halo, 2, 4);

      int dropped = 1 + (halo - 1) * model.card().geometry().temporalFactor();
      int skipped = 1 + (first - 1) * model.card().geometry().temporalFactor();
      assertThat(segment.count() - dropped).isEqualTo(whole.count() - skipped);
      assertThat(frames(segment, dropped)).isEqualTo(frames(whole, skipped));
    }
  }

  @Test
  void open_ofTheBundledCheckpoint_describesIt() {
    try (Backend backend = CpuBackend.create(1);
        VideoModel model = VideoModel.open(FOLDER, backend)) {
      assertThat(model.card().identity().name()).isEqualTo("toybox");
      assertThat(model.card().frames().size().toString()).isEqualTo("256x160");
      assertThat(model.card().sampling().solver()).isEqualTo(Solver.EULER);
      assertThat(model.card().conditioning().referenceCountMax()).isPositive();
      assertThat(model.card().identity().digest()).isEqualTo(ModelCards.digest(FOLDER));
      assertThat(model.engineClass()).isEqualTo(backend.engineClass());
      assertThat(model.encodePrompt("a zeppelin").unknownWords()).containsExactly("zeppelin");
    }
  }

  /** The same call twice gives the same bits, whatever the number of threads. */
  @Test
  void velocity_onAnyNumberOfThreads_givesTheSameBits() {
    float[] one = velocity(1);

    assertThat(velocity(2)).isEqualTo(one);
    assertThat(velocity(3)).isEqualTo(one);
  }

  private static float[] velocity(int threadCount) {
    try (Backend backend = CpuBackend.create(threadCount);
        VideoModel model = VideoModel.open(FOLDER, backend)) {
      int channels = model.card().geometry().channels();
      VideoModel.Prompt prompt = model.encodePrompt("an orange lion walks right");
      float[] reference = model.encodePicture(new float[3 * 32 * 64], 32, 64);
      float[] latents = noise(channels * 4 * 2 * 4);
      float[] velocity = new float[latents.length];
      try (VideoModel.Conditioned denoiser =
          model.conditioned(prompt, List.of(reference), 3, 2, 4)) {
        denoiser.velocity(latents, 700.0, velocity);
      }
      return velocity;
    }
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    Golden.assertClose(what, actual, expected, TOLERANCE);
  }

  private static float[] noise(int count) {
    var random = new SplittableRandom(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Frames {@code [first, end)} of {@code (C, frameCount, plane)}. */
  private static float[] slice(float[] latents, int frameCount, int first, int end, int plane) {
    int channels = latents.length / (frameCount * plane);
    int length = (end - first) * plane;
    float[] part = new float[channels * length];
    for (int channel = 0; channel < channels; channel++) {
      int from = (channel * frameCount + first) * plane;
      System.arraycopy(latents, from, part, channel * length, length);
    }
    return part;
  }

  private static byte[] frames(FrameRun run, int first) {
    return Arrays.copyOfRange(run.rgb(), first * run.frameBytes(), run.rgb().length);
  }
}
