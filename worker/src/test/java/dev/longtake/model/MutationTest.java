package dev.longtake.model;

import static dev.longtake.model.MutatedBackend.elements;
import static dev.longtake.weights.Golden.floats;
import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.model.MutatedBackend.Mutation;
import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.text.TextEncoder;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.WanVae;
import dev.longtake.vae.WanVaeGoldenTest;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tolerances of the golden tests bite: each known mistake leaves an error above them. A mistake
 * is made by a backend that does one operation in the wrong way, or by wrong inputs.
 */
class MutationTest {

  private static final String DIT = "io/dit.safetensors";
  private static final String VAE = "io/vae.safetensors";
  private static final String TEXT = "io/umt5.safetensors";
  private static final double TOLERANCE_TRANSFORMER = 6e-5;
  private static final double TOLERANCE_VAE = 1e-5;
  private static final double TOLERANCE_TEXT = 2e-5;

  private static final int HEAD_DIM =
      GoldenModel.transformerConfig(GoldenModel.TEXT_TO_VIDEO).headDim();

  private static double worst(float[] found, float[] expected) {
    return IntStream.range(0, expected.length)
        .mapToDouble(i -> Math.abs((double) found[i] - expected[i]))
        .max()
        .orElse(0);
  }

  private static Arguments wrong(String what, String operation, Mutation mutation) {
    return Arguments.of(what, operation, mutation);
  }

  static Stream<Arguments> transformerMistakes() {
    return Stream.of(
        wrong("erf GELU", "linear", MutationTest::erfGelu),
        wrong("q and k normalised head by head", "rmsNorm", MutationTest::normaliseByHead),
        wrong("halves rotated instead of pairs", "rotate", MutationTest::rotateHalves),
        wrong("cosine and sine swapped", "rotate", (real, it) -> swap(it, 2, 3)),
        wrong(
            "not rotated",
            "rotate",
            (real, it) -> {
              real.copy((Tensor) it[0], (Tensor) it[1]);
              return false;
            }),
        wrong("sine first", "linear", MutationTest::sineFirst),
        wrong("shift and scale swapped", "layerNormModulated", (real, it) -> swap(it, 2, 3)),
        wrong("scores not scaled", "attention", (real, it) -> set(it, 5, 1f)),
        wrong("channel fastest in patches", "patchify", MutationTest::patchChannelsFastest),
        wrong("channel slowest in the head", "unpatchify", MutationTest::unpatchChannelsSlowest),
        wrong("attention not gated", "addGated", MutationTest::addWithoutGate));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("transformerMistakes")
  void velocity_withAMistake_isNoticed(String what, String operation, Mutation mutation) {
    try (Backend real = CpuBackend.create(1)) {
      Backend backend = MutatedBackend.of(real, operation, mutation);

      assertThat(transformerError(backend, it -> it, 0, it -> it))
          .as(what)
          .isGreaterThan(TOLERANCE_TRANSFORMER);
    }
  }

  @Test
  void velocity_withWrongInputs_isNoticed() {
    try (Backend real = CpuBackend.create(1)) {
      assertThat(transformerError(real, it -> it, 0, it -> it)).isLessThan(TOLERANCE_TRANSFORMER);
      assertThat(transformerError(real, it -> it, 0.999, it -> it))
          .as("timestep not truncated")
          .isGreaterThan(TOLERANCE_TRANSFORMER);
      assertThat(transformerError(real, MutationTest::coarserEpsilon, 0, it -> it))
          .as("epsilon too large")
          .isGreaterThan(TOLERANCE_TRANSFORMER);
      assertThat(transformerError(real, it -> it, 0, MutationTest::withoutPadding))
          .as("padding of the prompt masked")
          .isGreaterThan(TOLERANCE_TRANSFORMER);
    }
  }

  /** The rows of a prompt up to the last one that is not zero. */
  private static float[] withoutPadding(float[] text) {
    int dim = GoldenModel.transformerConfig(GoldenModel.TEXT_TO_VIDEO).textDim();
    int last = text.length - 1;
    while (text[last] == 0f) {
      last--;
    }
    return Arrays.copyOf(text, (last / dim + 1) * dim);
  }

  /** What it changes depends on the weights: others than the bundled ones may need a larger one. */
  private static TransformerConfig coarserEpsilon(TransformerConfig it) {
    return new TransformerConfig(
        it.headCount(),
        it.headDim(),
        it.ffnDim(),
        it.layerCount(),
        it.inChannels(),
        it.outChannels(),
        it.textDim(),
        it.freqDim(),
        Golden.isBundled() ? 1e-5f : 1e-4f,
        it.patch(),
        it.positionMax(),
        it.vaceLayers(),
        it.vaceInChannels());
  }

  private static double transformerError(
      Backend backend,
      UnaryOperator<TransformerConfig> change,
      double late,
      UnaryOperator<float[]> text) {
    try (WanTransformer transformer =
        GoldenModel.transformer(GoldenModel.TEXT_TO_VIDEO, backend, change)) {
      float[] found =
          GoldenModel.velocity(
              transformer,
              backend,
              floats(DIT, "a.latents"),
              GoldenModel.grid(Golden.shape(DIT, "a.latents")),
              Golden.numbers(DIT, "a.timestep")[0] + late,
              text.apply(floats(DIT, "a.text")),
              null);
      return worst(found, floats(DIT, "a.output"));
    }
  }

  static Stream<Arguments> vaeMistakes() {
    return Stream.of(
        wrong("edge frames instead of zero ones", "conv", MutationTest::edgeFrames),
        wrong("padding on the wrong side", "prepareConv", MutationTest::paddingBefore),
        wrong("halves of doubled frames interleaved", "splitFrames", MutationTest::interleave),
        wrong("norm without the root of C", "channelNorm", MutationTest::normWithoutRoot),
        wrong("attention without its scale", "attention", (real, it) -> set(it, 5, 1f)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vaeMistakes")
  void vae_withAMistake_isNoticed(String what, String operation, Mutation mutation) {
    try (Backend real = CpuBackend.create(1)) {
      assertThat(vaeError(real)).isLessThan(TOLERANCE_VAE);
      assertThat(vaeError(MutatedBackend.of(real, operation, mutation)))
          .as(what)
          .isGreaterThan(TOLERANCE_VAE);
    }
  }

  private static double vaeError(Backend backend) {
    Shape video = Golden.shape(VAE, "a.video");
    Shape latents = Golden.shape(VAE, "a.latent_normalized");
    WanVae vae = GoldenModel.vae(backend);
    float[] encoded = vae.encode(floats(VAE, "a.video"), video.dim(2), video.dim(3), video.dim(4));
    float[] decoded =
        vae.decode(
            floats(VAE, "a.latent_normalized"), latents.dim(2), latents.dim(3), latents.dim(4));
    return Math.max(
        worst(encoded, floats(VAE, "a.latent_normalized")),
        worst(
            WanVaeGoldenTest.channelsFirst(decoded, video.dim(2), video.dim(3) * video.dim(4)),
            floats(VAE, "a.decoded")));
  }

  static Stream<Arguments> textMistakes() {
    return Stream.of(
        wrong("scores scaled by the head", "attention", (real, it) -> set(it, 5, 0.25f)),
        wrong("distance with the other sign", "attention", MutationTest::otherSign),
        wrong("no position bias", "attention", (real, it) -> set(it, 6, null)),
        wrong("erf GELU", "linear", MutationTest::erfGelu),
        wrong("not gated", "multiply", (real, it) -> false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("textMistakes")
  void encode_withAMistake_isNoticed(String what, String operation, Mutation mutation) {
    long[] ids = Golden.longs(TEXT, "input_ids");
    long[] mask = Golden.longs(TEXT, "attention_mask");
    int length = (int) Arrays.stream(mask, 0, Golden.shape(TEXT, "input_ids").dim(1)).sum();
    int[] prompt = Arrays.stream(ids, 0, length).mapToInt(Math::toIntExact).toArray();
    try (Backend real = CpuBackend.create(1);
        SafetensorsFolder weights = GoldenModel.textWeights();
        TextEncoder encoder =
            new TextEncoder(
                GoldenModel.textConfig(), weights, MutatedBackend.of(real, operation, mutation))) {
      float[] found = encoder.encode(prompt);

      float[] expected = floats(TEXT, "last_hidden_state");
      assertThat(worst(found, Arrays.copyOf(expected, found.length)))
          .as(what)
          .isGreaterThan(TOLERANCE_TEXT);
    }
  }

  // How each mistake is made. Arguments are those of the operation, result first.

  private static boolean swap(Object[] arguments, int a, int b) {
    Object kept = arguments[a];
    arguments[a] = arguments[b];
    arguments[b] = kept;
    return true;
  }

  private static boolean set(Object[] arguments, int index, Object value) {
    arguments[index] = value;
    return true;
  }

  private static boolean erfGelu(Backend real, Object[] it) {
    if (it.length < 4 || it[3] != Activation.GELU_TANH) {
      return true;
    }
    Tensor out = (Tensor) it[0];
    real.linear(out, (Tensor) it[1], (LinearWeight) it[2]);
    float[] values = elements(real, out);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.5 * values[i] * (1 + erf(values[i] / Math.sqrt(2))));
    }
    real.write(out, values, 0);
    return false;
  }

  /** By its series: {@code 2 / sqrt(pi) sum (-1)^n x^(2n+1) / (n! (2n+1))}. */
  private static double erf(double x) {
    if (Math.abs(x) > 4) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 100; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static boolean normaliseByHead(Backend real, Object[] it) {
    float[] values = elements(real, (Tensor) it[1]);
    float[] weight = elements(real, (Tensor) it[2]);
    for (int first = 0; first < values.length; first += HEAD_DIM) {
      double sum = 0;
      for (int i = 0; i < HEAD_DIM; i++) {
        sum += values[first + i] * values[first + i];
      }
      double scale = 1 / Math.sqrt(sum / HEAD_DIM + 1e-6);
      for (int i = 0; i < HEAD_DIM; i++) {
        values[first + i] *= (float) (scale * weight[(first + i) % weight.length]);
      }
    }
    real.write((Tensor) it[0], values, 0);
    return false;
  }

  private static boolean rotateHalves(Backend real, Object[] it) {
    int[] toPairs = new int[HEAD_DIM];
    int[] toHalves = new int[HEAD_DIM];
    for (int i = 0; i < HEAD_DIM; i++) {
      toPairs[i] = i / 2 + i % 2 * HEAD_DIM / 2;
      toHalves[toPairs[i]] = i;
    }
    Tensor pairs = MutatedBackend.columns(real, (Tensor) it[1], toPairs);
    real.rotate(pairs, pairs, (Tensor) it[2], (Tensor) it[3], (Integer) it[4]);
    real.copy((Tensor) it[0], MutatedBackend.columns(real, pairs, toHalves));
    return false;
  }

  private static boolean sineFirst(Backend real, Object[] it) {
    Tensor x = (Tensor) it[1];
    int width = GoldenModel.transformerConfig(GoldenModel.TEXT_TO_VIDEO).freqDim();
    if (x.dim(-1) == width && x.dim(0) == 1) {
      int[] order = IntStream.range(0, width).map(i -> (i + width / 2) % width).toArray();
      it[1] = MutatedBackend.columns(real, x, order);
    }
    return true;
  }

  private static boolean patchChannelsFastest(Backend real, Object[] it) {
    Tensor out = (Tensor) it[0];
    real.patchify(out, (Tensor) it[1], (Integer) it[2]);
    int cells = (Integer) it[2] * (Integer) it[2];
    int channels = out.dim(1) / cells;
    int[] order =
        IntStream.range(0, out.dim(1)).map(i -> i % channels * cells + i / channels).toArray();
    real.copy(out, MutatedBackend.columns(real, out, order));
    return false;
  }

  private static boolean unpatchChannelsSlowest(Backend real, Object[] it) {
    Tensor x = (Tensor) it[1];
    int cells = (Integer) it[2] * (Integer) it[2];
    int channels = x.dim(1) / cells;
    int[] order =
        IntStream.range(0, x.dim(1)).map(i -> i % channels * cells + i / channels).toArray();
    it[1] = MutatedBackend.columns(real, x, order);
    return true;
  }

  private static boolean addWithoutGate(Backend real, Object[] it) {
    real.add((Tensor) it[0], (Tensor) it[1]);
    return false;
  }

  private static boolean edgeFrames(Backend real, Object[] it) {
    Tensor x = (Tensor) it[1];
    int past = ((ConvWeight) it[3]).spec().pastFrameCount();
    if (it[2] == null && past > 0) {
      Tensor edge = real.allocate(Shape.of(past, x.dim(1), x.dim(2), x.dim(3)));
      for (int i = 0; i < past; i++) {
        real.copy(edge.slice(i, 1), x.slice(0, 1));
      }
      it[2] = edge;
    }
    return true;
  }

  private static boolean paddingBefore(Backend real, Object[] it) {
    ConvSpec spec = (ConvSpec) it[0];
    if (spec.strideSpace() == 2) {
      it[0] =
          new ConvSpec(
              spec.outputChannels(),
              spec.inputChannels(),
              spec.kernelTime(),
              spec.kernelHeight(),
              spec.kernelWidth(),
              spec.strideTime(),
              spec.strideSpace(),
              spec.pastFrameCount(),
              /* paddingBefore= */ spec.paddingAfter(),
              /* paddingAfter= */ spec.paddingBefore());
    }
    return true;
  }

  private static boolean interleave(Backend real, Object[] it) {
    Tensor x = (Tensor) it[1];
    int half = x.dim(-1) / 2;
    int[] order = IntStream.range(0, 2 * half).map(i -> i % half * 2 + i / half).toArray();
    it[1] = MutatedBackend.columns(real, x, order);
    return true;
  }

  private static boolean normWithoutRoot(Backend real, Object[] it) {
    Tensor gamma = (Tensor) it[2];
    float[] values = elements(real, gamma);
    for (int i = 0; i < values.length; i++) {
      values[i] /= (float) Math.sqrt(values.length);
    }
    Tensor smaller = real.allocate(gamma.shape());
    real.write(smaller, values, 0);
    it[2] = smaller;
    return true;
  }

  private static boolean otherSign(Backend real, Object[] it) {
    Tensor bias = (Tensor) it[6];
    int width = bias.dim(1);
    int[] order = IntStream.range(0, width).map(i -> width - 1 - i).toArray();
    it[6] = MutatedBackend.columns(real, bias, order);
    return true;
  }
}
