package dev.longtake.model;

import static dev.longtake.weights.Golden.assertClose;
import static dev.longtake.weights.Golden.floats;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RopeTableTest {

  @Test
  void of_headOf128_equalsTheOriginal() {
    RopeTable table = RopeTable.of(128, 3, 4, 5, 1024);

    assertClose("cos", table.cos(), floats("io/rope128.safetensors", "grid_3x4x5.cos"), 1e-6);
    assertClose("sin", table.sin(), floats("io/rope128.safetensors", "grid_3x4x5.sin"), 1e-6);
  }

  @Test
  void of_headOf32_equalsTheOriginal() {
    RopeTable table = RopeTable.of(32, 3, 4, 4, 1024);

    assertClose("cos", table.cos(), floats("io/dit.safetensors", "a.rope_cos"), 1e-6);
    assertClose("sin", table.sin(), floats("io/dit.safetensors", "a.rope_sin"), 1e-6);
  }

  @Test
  void of_tooManyPositions_isRefused() {
    assertThatThrownBy(() -> RopeTable.of(32, 1025, 1, 1, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at most 1024 positions on an axis, found 1025 x 1 x 1");
  }
}
