package dev.longtake.vae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.model.GoldenModel;
import dev.longtake.model.TestBackends;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The VAE against the original's encodings and decodings of a small random checkpoint. */
public class WanVaeGoldenTest {

  private static final String FILE = "io/vae.safetensors";
  private static final String FILE_22 = "io/vae22.safetensors";

  // The golden's README, for float32.
  private static final double TOLERANCE = 1e-5;
  private static final double TOLERANCE_STAGE = 2e-5;

  static Stream<Arguments> cases() {
    return TestBackends.all()
        .flatMap(backend -> Stream.of("a", "b", "c", "d").map(name -> Arguments.of(backend, name)));
  }

  @ParameterizedTest(name = "{0}, case {1}")
  @MethodSource("cases")
  void encode_ofAGoldenVideo_givesItsLatents(TestBackends kind, String name) {
    Shape video = Golden.shape(FILE, name + ".video");

    try (Backend backend = kind.open()) {
      float[] latents =
          GoldenModel.vae(backend)
              .encode(
                  Golden.floats(FILE, name + ".video"), video.dim(2), video.dim(3), video.dim(4));

      Golden.assertClose(
          "latents", latents, Golden.floats(FILE, name + ".latent_normalized"), TOLERANCE);
      Golden.assertClose(
          "mean",
          denormalised(latents, GoldenModel.vaeConfig()),
          Golden.floats(FILE, name + ".latent_mean"),
          TOLERANCE);
    }
  }

  @ParameterizedTest(name = "{0}, case {1}")
  @MethodSource("cases")
  void decode_ofGoldenLatents_givesTheVideo(TestBackends kind, String name) {
    Shape latents = Golden.shape(FILE, name + ".latent_normalized");
    Shape video = Golden.shape(FILE, name + ".decoded");

    try (Backend backend = kind.open()) {
      float[] decoded =
          GoldenModel.vae(backend)
              .decode(
                  Golden.floats(FILE, name + ".latent_normalized"),
                  latents.dim(2),
                  latents.dim(3),
                  latents.dim(4));

      Golden.assertClose(
          "video",
          channelsFirst(decoded, video.dim(2), video.dim(3) * video.dim(4)),
          Golden.floats(FILE, name + ".decoded"),
          TOLERANCE);
    }
  }

  /** Both halves of what the encoder gives, though only the mean is ever used. */
  @ParameterizedTest(name = "{0}, case {1}")
  @MethodSource("cases")
  void encoder_withBothHalves_givesTheMoments(TestBackends kind, String name) {
    VaeConfig config = GoldenModel.vaeConfig();
    int moments = 2 * config.latentChannels();
    try (Backend backend = kind.open();
        SafetensorsFolder weights = GoldenModel.vaeWeights();
        VaeStream stream = new VaeStream(backend)) {
      var loader = new VaeLoader(backend, weights);
      List<VaeLayer> layers = VaeLayers.encoder(loader, config);
      Tensor hidden =
          VaeLayer.applyAll(
              layers.subList(0, layers.size() - 1),
              stream,
              video(stream, FILE, name + ".video", 1));
      int pixels = hidden.dim(0) * hidden.dim(1) * hidden.dim(2);
      Tensor out = stream.workspace().take(hidden.dim(0), hidden.dim(1), hidden.dim(2), moments);
      backend.linear(
          out.view(pixels, moments),
          hidden.view(pixels, moments),
          loader.pixelwise("quant_conv", 0, moments, moments));

      assertFrames("moments", stream, out, FILE, name + ".moments", TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void layers_inBetween_giveTheStages(TestBackends kind) {
    VaeConfig config = GoldenModel.vaeConfig();
    int level = config.blocksPerLevel() + 1;
    try (Backend backend = kind.open();
        SafetensorsFolder weights = GoldenModel.vaeWeights();
        VaeStream encoding = new VaeStream(backend);
        VaeStream decoding = new VaeStream(backend)) {
      var loader = new VaeLoader(backend, weights);
      List<VaeLayer> encoder = VaeLayers.encoder(loader, config);
      List<VaeLayer> decoder = VaeLayers.decoder(loader, config);

      int third = 1 + 3 * level;
      Tensor stage =
          VaeLayer.applyAll(
              encoder.subList(0, third), encoding, video(encoding, FILE, "a.video", 1));
      assertFrames("2", encoding, stage, FILE, "a.stage.enc_stage2", TOLERANCE_STAGE);
      int last = third + config.blocksPerLevel();
      stage = VaeLayer.applyAll(encoder.subList(third, last), encoding, stage);
      assertFrames("3", encoding, stage, FILE, "a.stage.enc_stage3", TOLERANCE_STAGE);
      stage = VaeLayer.applyAll(encoder.subList(last, last + 3), encoding, stage);
      assertFrames("middle", encoding, stage, FILE, "a.stage.enc_mid", TOLERANCE_STAGE);

      Tensor latents = frames(decoding, FILE, "a.latent_mean");
      stage = VaeLayer.applyAll(decoder.subList(0, 5), decoding, latents);
      assertFrames("middle", decoding, stage, FILE, "a.stage.dec_mid", TOLERANCE_STAGE);
      stage = VaeLayer.applyAll(decoder.subList(5, 5 + level + 1), decoding, stage);
      assertFrames("0", decoding, stage, FILE, "a.stage.dec_stage0", TOLERANCE_STAGE);
    }
  }

  /** The picture that the original also encodes in tiles; here in one go. */
  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void encode_ofTheTiledVideo_givesItsUntiledLatents(TestBackends kind) {
    Shape video = Golden.shape(FILE, "tiled.video");
    try (Backend backend = kind.open()) {
      float[] latents =
          GoldenModel.vae(backend)
              .encode(Golden.floats(FILE, "tiled.video"), video.dim(2), video.dim(3), video.dim(4));

      Golden.assertClose(
          "mean",
          denormalised(latents, GoldenModel.vaeConfig()),
          Golden.floats(FILE, "untiled.latent_mean"),
          TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void tiles_ofTheTiledVideo_giveTheOriginalsBlend(TestBackends kind) {
    Shape video = Golden.shape(FILE, "tiled.video");
    Shape latents = Golden.shape(FILE, "tiled.latent_mean");
    var tiles = new VaeTiles(32, 24);
    try (Backend backend = kind.open()) {
      WanVae vae = GoldenModel.vae(backend);

      float[] encoded =
          vae.encode(
              tiles, Golden.floats(FILE, "tiled.video"), video.dim(2), video.dim(3), video.dim(4));
      float[] decoded = new float[3 * video.dim(2) * video.dim(3) * video.dim(4)];
      vae.decode(
          tiles,
          normalised(Golden.floats(FILE, "tiled.latent_mean"), vae.config()),
          latents.dim(2),
          latents.dim(3),
          latents.dim(4),
          (at, values, from, count) -> System.arraycopy(values, from, decoded, at, count));
      PixelPatches.limit(decoded);

      Golden.assertClose(
          "mean",
          denormalised(encoded, vae.config()),
          Golden.floats(FILE, "tiled.latent_mean"),
          TOLERANCE);
      Golden.assertClose(
          "video",
          channelsFirst(decoded, video.dim(2), video.dim(3) * video.dim(4)),
          Golden.floats(FILE, "tiled.decoded"),
          TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void residualVae_ofWan22_equalsTheOriginal(TestBackends kind) {
    VaeConfig config = VaeConfig.read(ConfigFile.read(Golden.path("tiny-wan22-vae/config.json")));
    Shape video = Golden.shape(FILE_22, "video");
    Shape moments = Golden.shape(FILE_22, "moments");
    try (Backend backend = kind.open();
        SafetensorsFolder weights =
            SafetensorsFolder.open(Golden.path("tiny-wan22-vae"), "diffusion_pytorch_model")) {
      WanVae vae = WanVae.load(backend, config, weights);
      float[] mean = GoldenModel.part(Golden.floats(FILE_22, "moments"), 0, 2);

      float[] encoded =
          vae.encode(Golden.floats(FILE_22, "video"), video.dim(2), video.dim(3), video.dim(4));
      float[] decoded =
          vae.decode(normalised(mean, config), moments.dim(2), moments.dim(3), moments.dim(4));

      Golden.assertClose("mean", denormalised(encoded, config), mean, TOLERANCE);
      Golden.assertClose(
          "video",
          channelsFirst(decoded, video.dim(2), video.dim(3) * video.dim(4)),
          Golden.floats(FILE_22, "decoded"),
          TOLERANCE);
    }
  }

  /** All at once, one by one, the last alone, the first alone. */
  static Stream<Arguments> pieces() {
    int count = Golden.shape(FILE, "a.latent_normalized").dim(2);
    List<List<Integer>> ways =
        List.of(
            List.of(count),
            Collections.nCopies(count, 1),
            List.of(count - 1, 1),
            List.of(1, count - 1));
    return TestBackends.all()
        .flatMap(backend -> backend.cases(ways).map(counts -> Arguments.of(backend, counts)));
  }

  @ParameterizedTest(name = "{0}, pieces {1}")
  @MethodSource("pieces")
  void next_inAnyPieces_givesTheSameVideo(TestBackends kind, List<Integer> counts) {
    Shape latents = Golden.shape(FILE, "a.latent_normalized");
    Shape video = Golden.shape(FILE, "a.decoded");
    float[] decoded = new float[Math.toIntExact(video.elementCount())];

    try (Backend backend = kind.open();
        VaeDecoding decoding =
            GoldenModel.vae(backend).openDecoding(latents.dim(3), latents.dim(4))) {
      int first = 0;
      int at = 0;
      for (int count : counts) {
        float[] piece =
            decoding.next(Golden.floats(FILE, "a.latent_normalized"), latents.dim(2), first, count);
        System.arraycopy(piece, 0, decoded, at, piece.length);
        at += piece.length;
        first += count;
      }
      assertThat(at).isEqualTo(decoded.length);
    }

    Golden.assertClose(
        "video",
        channelsFirst(PixelPatches.limit(decoded), video.dim(2), video.dim(3) * video.dim(4)),
        Golden.floats(FILE, "a.decoded"),
        TOLERANCE);
  }

  /** The reference backend would take long here and shows no more than in the cases above. */
  @ParameterizedTest
  @EnumSource(value = TestBackends.class, names = "CPU")
  void encodeBlank_ofManyFrames_equalsEncodingZeros(TestBackends kind) {
    int latentFrameCount = 12;

    try (Backend backend = kind.open()) {
      WanVae vae = GoldenModel.vae(backend);
      int frameCount = vae.frames(latentFrameCount);
      float[] expected = vae.encode(new float[3 * frameCount * 16 * 16], frameCount, 16, 16);

      float[] blank = vae.encodeBlank(latentFrameCount, 16, 16);

      Golden.assertClose("blank", blank, expected, TOLERANCE);
    }
  }

  /** {@code (1, 3, frames, H, W)}, as the layers want it; frames over a whole group dropped. */
  private static Tensor video(VaeStream stream, String file, String name, int patch) {
    Shape shape = Golden.shape(file, name);
    int factor = GoldenModel.vaeConfig().temporalFactor();
    int frames = (shape.dim(2) - 1) / factor * factor + 1;
    float[] folded =
        new PixelPatches(patch)
            .fold(Golden.floats(file, name), shape.dim(2), 0, frames, shape.dim(3), shape.dim(4));
    Tensor x =
        stream
            .workspace()
            .take(frames, shape.dim(3) / patch, shape.dim(4) / patch, 3 * patch * patch);
    stream.backend().write(x, folded, 0);
    return x;
  }

  /** {@code (1, C, T, H, W)} as channels-last frames. */
  private static Tensor frames(VaeStream stream, String file, String name) {
    Shape shape = Golden.shape(file, name);
    Tensor first = stream.workspace().take(shape.dim(1), shape.dim(2), shape.dim(3), shape.dim(4));
    Tensor last = stream.workspace().take(shape.dim(2), shape.dim(3), shape.dim(4), shape.dim(1));
    stream.backend().write(first, Golden.floats(file, name), 0);
    stream.backend().channelsLast(last, first);
    return last;
  }

  private static void assertFrames(
      String what, VaeStream stream, Tensor found, String file, String name, double tolerance) {
    float[] values = new float[Math.toIntExact(found.elementCount())];
    stream.backend().read(found, values, 0);
    int plane = found.dim(1) * found.dim(2);
    Golden.assertClose(
        what, channelsFirst(values, found.dim(0), plane), Golden.floats(file, name), tolerance);
  }

  private static float[] denormalised(float[] latents, VaeConfig config) {
    float[] means = latents.clone();
    for (int i = 0; i < means.length; i++) {
      int channel = i / (means.length / config.latentChannels());
      means[i] = means[i] * config.latentsStd().get(channel) + config.latentsMean().get(channel);
    }
    return means;
  }

  private static float[] normalised(float[] means, VaeConfig config) {
    float[] latents = means.clone();
    for (int i = 0; i < latents.length; i++) {
      int channel = i / (latents.length / config.latentChannels());
      latents[i] =
          (latents[i] - config.latentsMean().get(channel)) / config.latentsStd().get(channel);
    }
    return latents;
  }

  /** {@code (frames, plane, C)} to {@code (C, frames, plane)}. */
  public static float[] channelsFirst(float[] video, int frameCount, int plane) {
    float[] first = new float[video.length];
    int channels = video.length / (frameCount * plane);
    for (int pixel = 0; pixel < frameCount * plane; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        first[channel * frameCount * plane + pixel] = video[pixel * channels + channel];
      }
    }
    return first;
  }
}
