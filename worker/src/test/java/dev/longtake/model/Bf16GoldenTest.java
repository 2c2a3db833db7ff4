package dev.longtake.model;

import static dev.longtake.weights.Golden.floats;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.cpu.CpuBackend;
import dev.longtake.tensor.cuda.CudaDevices;
import dev.longtake.text.TextEncoder;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.WanVae;
import dev.longtake.vae.WanVaeGoldenTest;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The model in bf16 against the original's 32-bit outputs, by relative L2: 1e-2 is five roundings
 * of bf16 (each 2e-3 at most) that all point the same way.
 */
class Bf16GoldenTest {

  private static final double TOLERANCE = 1e-2;

  /** What computes in bf16. */
  enum Kind {
    CPU {
      @Override
      Backend open() {
        assumeTrue(CpuBackend.multipliesBf16(), "this processor does not multiply bf16");
        return CpuBackend.create(2, DType.BF16);
      }
    },
    CUDA {
      @Override
      Backend open() {
        assumeTrue(CudaDevices.isPossible(), "nothing here runs CUDA kernels");
        return requireNonNull(CudaDevices.openOrSkip(Precision.BF16));
      }
    };

    abstract Backend open();
  }

  private static void assertClose(String what, float[] found, float[] expected) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < expected.length; i++) {
      squares += (double) expected[i] * expected[i];
      errors += Math.pow((double) found[i] - expected[i], 2);
    }
    double error = Math.sqrt(errors / squares);
    System.getLogger("golden").log(System.Logger.Level.INFO, what + ": relative L2 " + error);
    assertThat(error).as(what).isLessThanOrEqualTo(TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource
  void velocity_textToVideo_isWithinRelativeL2(Kind kind) {
    float[] latents = floats("io/dit.safetensors", "a.latents");
    try (Backend backend = kind.open();
        WanTransformer transformer = GoldenModel.transformer(GoldenModel.TEXT_TO_VIDEO, backend)) {
      float[] found =
          GoldenModel.velocity(
              transformer,
              backend,
              latents,
              GoldenModel.grid(Golden.shape("io/dit.safetensors", "a.latents")),
              999,
              floats("io/dit.safetensors", "a.text"),
              null);

      assertClose("velocity", found, floats("io/dit.safetensors", "a.output"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void encodeAndDecode_ofTheGoldenVideo_areWithinRelativeL2(Kind kind) {
    String file = "io/vae.safetensors";
    Shape video = Golden.shape(file, "b.video");
    Shape latents = Golden.shape(file, "b.latent_normalized");
    try (Backend backend = kind.open()) {
      WanVae vae = GoldenModel.vae(backend);

      float[] encoded =
          vae.encode(floats(file, "b.video"), video.dim(2), video.dim(3), video.dim(4));
      assertClose("latents", encoded, floats(file, "b.latent_normalized"));

      float[] decoded =
          vae.decode(
              floats(file, "b.latent_normalized"), latents.dim(2), latents.dim(3), latents.dim(4));
      int plane = video.dim(3) * video.dim(4);
      assertClose(
          "video",
          WanVaeGoldenTest.channelsFirst(decoded, video.dim(2), plane),
          floats(file, "b.decoded"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void encode_ofAPrompt_isWithinRelativeL2(Kind kind) {
    String file = "io/umt5.safetensors";
    long[] ids = Golden.longs(file, "input_ids");
    try (Backend backend = kind.open();
        SafetensorsFolder weights = GoldenModel.textWeights()) {
      var encoder = new TextEncoder(GoldenModel.textConfig(), weights, backend);
      int rows = Golden.shape(file, "input_ids").dim(1);
      int length = (int) Arrays.stream(Golden.longs(file, "attention_mask"), 0, rows).sum();
      int[] prompt = Arrays.stream(ids, 0, length).mapToInt(Math::toIntExact).toArray();

      float[] found = encoder.encode(prompt);

      float[] expected = floats(file, "last_hidden_state");
      assertClose("prompt", found, Arrays.copyOf(expected, length * encoder.dim()));
    }
  }
}
