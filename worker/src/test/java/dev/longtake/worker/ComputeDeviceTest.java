package dev.longtake.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {

  @ParameterizedTest
  @CsvSource({
    "cpu,cpu",
    "cpu:f32,cpu:f32",
    "cpu:bf16,cpu:bf16",
    "cuda,cuda:0",
    "cuda:3,cuda:3",
    "cuda:0:f32,cuda:0:f32",
    "cuda:1:bf16,cuda:1:bf16",
    "cuda:1:bf16:own,cuda:1:bf16:own",
    "cuda:1:bf16:warpgroup,cuda:1:bf16:warpgroup",
    "cuda:1:bf16:own:warpgroup,cuda:1:bf16:own:warpgroup"
  })
  void parse_ofADevice_namesIt(String text, String name) {
    assertThat(ComputeDevice.parse(text)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gpu",
        "cuda:",
        "cuda:-1",
        "cuda:x",
        "cpu:",
        "cpu:0",
        "cpu:f32:own",
        "cuda:f32",
        "cuda:0:",
        "cuda:99999",
        "cuda:0:bf16:theirs",
        "cuda:0:bf16:warpgroup:own"
      })
  void parse_ofSomethingElse_isRefused(String text) {
    assertThatThrownBy(() -> ComputeDevice.parse(text))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID))
        .hasMessage(
            "device: expected cpu or cuda:N, perhaps with a precision as in cpu:bf16, found \"%s\""
                .formatted(text));
  }

  @Test
  void parse_ofAnUnknownPrecision_isRefused() {
    assertThatThrownBy(() -> ComputeDevice.parse("cuda:0:fp8"))
        .hasMessage("precision: expected f32 or bf16, found \"fp8\"");
  }
}
