package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Shape;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The VAE against the original's encodings and decodings of a small random checkpoint. */
class WanVaeGoldenTest {

  private static final String FILE = "io/vae.safetensors";

  // The golden's README: 1e-5 for float32; its own error is 2e-6.
  private static final double TOLERANCE = 1e-5;

  static Stream<Arguments> cases() {
    return TestBackends.all()
        .flatMap(
            backend ->
                backend
                    .cases(List.of("a", "c", "d", "b"))
                    .map(name -> Arguments.of(backend, name)));
  }

  @ParameterizedTest(name = "{0}, case {1}")
  @MethodSource("cases")
  void encode_ofAGoldenVideo_givesItsLatents(TestBackends kind, String name) {
    Shape video = Golden.shape(FILE, name + ".video");

    try (Backend backend = kind.open()) {
      float[] latents =
          load(backend)
              .encode(
                  Golden.floats(FILE, name + ".video"), video.dim(2), video.dim(3), video.dim(4));

      Golden.assertClose(
          "latents", latents, Golden.floats(FILE, name + ".latent_normalized"), TOLERANCE);
    }
  }

  @ParameterizedTest(name = "{0}, case {1}")
  @MethodSource("cases")
  void decode_ofGoldenLatents_givesTheVideo(TestBackends kind, String name) {
    Shape latents = Golden.shape(FILE, name + ".latent_normalized");
    Shape video = Golden.shape(FILE, name + ".decoded");

    try (Backend backend = kind.open()) {
      float[] decoded =
          load(backend)
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

  /** The picture that the original also encodes in tiles; here in one go. */
  @ParameterizedTest
  @MethodSource("backends")
  void encode_ofTheTiledVideo_givesItsUntiledLatents(TestBackends kind) {
    float[] mean = Golden.floats(FILE, "untiled.latent_mean");

    try (Backend backend = kind.open()) {
      WanVae vae = load(backend);
      float[] latents = vae.encode(Golden.floats(FILE, "tiled.video"), 5, 48, 56);

      for (int i = 0; i < latents.length; i++) {
        int channel = i / (mean.length / 16);
        VaeConfig config = vae.config();
        latents[i] =
            latents[i] * config.latentsStd().get(channel) + config.latentsMean().get(channel);
      }
      Golden.assertClose("mean", latents, mean, TOLERANCE);
    }
  }

  static Stream<Arguments> pieces() {
    return TestBackends.all()
        .flatMap(
            backend ->
                backend
                    .cases(List.of(List.of(3), List.of(1, 1, 1), List.of(2, 1), List.of(1, 2)))
                    .map(counts -> Arguments.of(backend, counts)));
  }

  @ParameterizedTest(name = "{0}, pieces {1}")
  @MethodSource("pieces")
  void next_inAnyPieces_givesTheSameVideo(TestBackends kind, List<Integer> counts) {
    float[] latents = Golden.floats(FILE, "a.latent_normalized");
    float[] expected = Golden.floats(FILE, "a.decoded");
    float[] decoded = new float[expected.length];

    try (Backend backend = kind.open();
        VaeDecoding decoding = load(backend).openDecoding(4, 4)) {
      int first = 0;
      int at = 0;
      for (int count : counts) {
        float[] piece = decoding.next(latents, 3, first, count);
        System.arraycopy(piece, 0, decoded, at, piece.length);
        at += piece.length;
        first += count;
      }
      assertThat(at).isEqualTo(expected.length);
    }

    Golden.assertClose("video", channelsFirst(decoded, 9, 32 * 32), expected, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void encodeBlank_ofManyFrames_equalsEncodingZeros(TestBackends kind) {
    int latentFrameCount = 12;

    try (Backend backend = kind.open()) {
      WanVae vae = load(backend);
      int frameCount = vae.frames(latentFrameCount);
      float[] expected = vae.encode(new float[3 * frameCount * 16 * 16], frameCount, 16, 16);

      float[] blank = vae.encodeBlank(latentFrameCount, 16, 16);

      Golden.assertClose("blank", blank, expected, TOLERANCE);
    }
  }

  /** The reference backend would take long here and shows no more than in the cases above. */
  static Stream<TestBackends> backends() {
    return Stream.of(TestBackends.CPU);
  }

  static WanVae load(Backend backend) {
    VaeConfig config = VaeConfig.read(ConfigFile.read(Golden.path("tiny-wan-t2v/vae/config.json")));
    try (SafetensorsFolder weights =
        SafetensorsFolder.open(Golden.path("tiny-wan-t2v/vae"), "diffusion_pytorch_model")) {
      return WanVae.load(backend, config, weights);
    }
  }

  /** {@code (frames, plane, 3)} to {@code (3, frames, plane)}. */
  static float[] channelsFirst(float[] video, int frameCount, int plane) {
    float[] first = new float[video.length];
    for (int pixel = 0; pixel < frameCount * plane; pixel++) {
      for (int color = 0; color < 3; color++) {
        first[color * frameCount * plane + pixel] = video[pixel * 3 + color];
      }
    }
    return first;
  }
}
