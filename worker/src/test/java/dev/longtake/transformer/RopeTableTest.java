package dev.longtake.transformer;

import static dev.longtake.weights.Golden.assertClose;
import static dev.longtake.weights.Golden.floats;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.model.GoldenModel;
import dev.longtake.weights.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RopeTableTest {

  @Test
  void of_headOf128_equalsTheOriginal() {
    RopeTable table = RopeTable.of(128, 3, 4, 5, 1024);

    assertClose("cos", table.cos(), floats("io/rope128.safetensors", "grid_3x4x5.cos"), 1e-6);
    assertClose("sin", table.sin(), floats("io/rope128.safetensors", "grid_3x4x5.sin"), 1e-6);
  }

  @Test
  void of_theModelsHead_equalsTheOriginal() {
    TransformerConfig config = GoldenModel.transformerConfig(GoldenModel.TEXT_TO_VIDEO);
    LatentGrid grid = GoldenModel.grid(Golden.shape("io/dit.safetensors", "a.latents"));
    RopeTable table =
        RopeTable.of(
            config.headDim(),
            grid.frames(),
            grid.height() / config.patch(),
            grid.width() / config.patch(),
            config.positionMax());

    assertClose("cos", table.cos(), floats("io/dit.safetensors", "a.rope_cos"), 1e-6);
    assertClose("sin", table.sin(), floats("io/dit.safetensors", "a.rope_sin"), 1e-6);
  }

  @Test
  void of_theLastPosition_equalsTheOriginal() {
    // Positions (t, h, w) of 1024 rows: the last one of the first axis.
    RopeTable table = RopeTable.of(128, 1024, 1, 1, 1024);
    float[] expected = floats("io/rope128.safetensors", "position_1023.cos_sin");
    int pairs = 64;
    int timePairs = 22;

    assertClose(
        "cos",
        Arrays.copyOfRange(table.cos(), 1023 * pairs, 1023 * pairs + timePairs),
        Arrays.copyOf(expected, timePairs),
        1e-6);
    assertClose(
        "sin",
        Arrays.copyOfRange(table.sin(), 1023 * pairs, 1023 * pairs + timePairs),
        Arrays.copyOfRange(expected, pairs, pairs + timePairs),
        1e-6);
  }

  @Test
  void of_tooManyPositions_isRefused() {
    assertThatThrownBy(() -> RopeTable.of(32, 1025, 1, 1, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at most 1024 positions on an axis, found 1025 x 1 x 1");
  }
}
