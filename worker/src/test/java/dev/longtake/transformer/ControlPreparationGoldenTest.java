package dev.longtake.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.model.GoldenModel;
import dev.longtake.model.TestBackends;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Shape;
import dev.longtake.weights.Golden;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The VACE control against the original's, with a mask of all kinds of values. */
class ControlPreparationGoldenTest {

  private static final String FILE = "io/vace.safetensors";

  // The golden's README: 1e-5 for float32.
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void ofVideo_withReferences_equalsTheOriginal(TestBackends kind) {
    try (Backend backend = kind.open()) {
      var preparation = new ControlPreparation(GoldenModel.vae(backend));
      float[] first = reference(preparation, "ctx.reference");
      float[] second = reference(preparation, "ctx.reference2");

      assertThat(preparation.channels()).isEqualTo(Golden.shape(FILE, "ctx.control").dim(1));
      assertClose("ctx.control_no_ref", control(preparation, List.of()));
      assertClose("ctx.control", control(preparation, List.of(first)));
      // diffusers puts the last reference first; we keep the order given.
      assertClose("ctx.control_two_refs", control(preparation, List.of(second, first)));
    }
  }

  @Test
  void ofNothing_equalsABlankVideoThatIsAllNew() {
    try (Backend backend = TestBackends.CPU.open()) {
      var preparation = new ControlPreparation(GoldenModel.vae(backend));
      float[] reference = new float[GoldenModel.vaeConfig().latentChannels() * 2 * 4];
      reference[5] = 3f;
      int frameCount = 9;
      float[] ones = new float[frameCount * 16 * 32];
      java.util.Arrays.fill(ones, 1f);

      float[] expected =
          preparation.ofVideo(
              new float[3 * ones.length], ones, List.of(reference), frameCount, 16, 32);

      Golden.assertClose(
          "control", preparation.ofNothing(List.of(reference), 3, 16, 32), expected, TOLERANCE);
    }
  }

  /** A video of one frame, none of which is made new, is a latent frame that is known. */
  @Test
  void ofKnown_oneFrame_equalsAVideoThatIsKept() {
    try (Backend backend = TestBackends.CPU.open()) {
      var preparation = new ControlPreparation(GoldenModel.vae(backend));
      float[] picture = new float[3 * 16 * 32];
      for (int i = 0; i < picture.length; i++) {
        picture[i] = (i % 11 - 5) / 6f;
      }
      float[] known = preparation.encodeReference(picture, 16, 32);

      float[] expected =
          preparation.ofVideo(picture, new float[16 * 32], List.of(known), 1, 16, 32);

      Golden.assertClose(
          "control",
          preparation.ofKnown(List.of(known), Map.of(0, known), 1, 16, 32),
          expected,
          TOLERANCE);
    }
  }

  private static float[] control(ControlPreparation preparation, List<float[]> references) {
    Shape video = Golden.shape(FILE, "ctx.video");
    return preparation.ofVideo(
        Golden.floats(FILE, "ctx.video"),
        Golden.floats(FILE, "ctx.mask"),
        references,
        video.dim(2),
        video.dim(3),
        video.dim(4));
  }

  private static float[] reference(ControlPreparation preparation, String name) {
    Shape picture = Golden.shape(FILE, name);
    return preparation.encodeReference(Golden.floats(FILE, name), picture.dim(1), picture.dim(2));
  }

  private static void assertClose(String name, float[] control) {
    Golden.assertClose(name, control, Golden.floats(FILE, name), TOLERANCE);
  }
}
