package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.Backend;
import dev.longtake.weights.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The VACE control against the original's, with a mask of all kinds of values. */
class ControlPreparationGoldenTest {

  private static final String FILE = "io/vace.safetensors";

  // The golden's README: 1e-5 for float32.
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @EnumSource(value = TestBackends.class, names = "CPU")
  void ofVideo_withReferences_equalsTheOriginal(TestBackends kind) {
    try (Backend backend = kind.open()) {
      var preparation = new ControlPreparation(WanVaeGoldenTest.load(backend));
      float[] first = preparation.encodeReference(Golden.floats(FILE, "ctx.reference"), 32, 64);
      float[] second = preparation.encodeReference(Golden.floats(FILE, "ctx.reference2"), 32, 64);

      assertThat(preparation.channels()).isEqualTo(96);
      assertClose("ctx.control_no_ref", control(preparation, List.of()));
      assertClose("ctx.control", control(preparation, List.of(first)));
      // diffusers puts the last reference first; we keep the order given.
      assertClose("ctx.control_two_refs", control(preparation, List.of(second, first)));
    }
  }

  @Test
  void ofNothing_equalsABlankVideoThatIsAllNew() {
    try (Backend backend = TestBackends.CPU.open()) {
      var preparation = new ControlPreparation(WanVaeGoldenTest.load(backend));
      float[] reference = new float[16 * 2 * 4];
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

  private static float[] control(ControlPreparation preparation, List<float[]> references) {
    return preparation.ofVideo(
        Golden.floats(FILE, "ctx.video"), Golden.floats(FILE, "ctx.mask"), references, 9, 32, 64);
  }

  private static void assertClose(String name, float[] control) {
    Golden.assertClose(name, control, Golden.floats(FILE, name), TOLERANCE);
  }
}
