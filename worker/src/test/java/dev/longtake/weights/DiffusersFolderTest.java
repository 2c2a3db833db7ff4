package dev.longtake.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiffusersFolderTest {

  private static final String A =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
  private static final String B =
      "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";

  @TempDir private Path folder;

  @Test
  void open_ofAPublishedLayout_findsItsComponents() {
    DiffusersFolder checkpoint = DiffusersFolder.open(Golden.resource("wan/tiny-wan-t2v"));

    assertThat(checkpoint.pipelineClass()).isEqualTo("WanPipeline");
    assertThat(checkpoint.className("vae")).isEqualTo("AutoencoderKLWan");
    assertThat(checkpoint.has("transformer_2")).isFalse();
    assertThat(checkpoint.scheduler().number("flow_shift")).isEqualTo(3.0);
    assertThat(checkpoint.config("vae").integers("dim_mult")).containsExactly(1, 2, 4, 4);
    assertThat(checkpoint.longtake()).isEmpty();
    try (SafetensorsFolder weights = checkpoint.weights("vae")) {
      assertThat(weights.names()).hasSize(194);
      assertThat(weights.shape("quant_conv.weight")).isEqualTo(Shape.of(32, 32, 1, 1, 1));
    }
    checkpoint.requireClass("vae", "AutoencoderKLWan");
    assertThatThrownBy(() -> checkpoint.requireClass("vae", "AutoencoderKL"))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("vae: expected class AutoencoderKL, found AutoencoderKLWan");
    assertThatThrownBy(() -> checkpoint.path("image_encoder"))
        .hasMessageContaining("names no image_encoder");
  }

  @Test
  void open_withoutAnIndex_saysSo() {
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("found no model_index.json among no files at all");
  }

  @Test
  void weights_inShards_readAsOne() throws IOException {
    SafetensorsFileTest.write(folder.resolve("m-1.safetensors"), A, new byte[] {0, 0, -128, 63});
    SafetensorsFileTest.write(folder.resolve("m-2.safetensors"), B, new byte[] {0, 0, 0, 64});
    writeIndex("{\"weight_map\":{\"b\":\"m-2.safetensors\",\"a\":\"m-1.safetensors\"}}");

    try (SafetensorsFolder weights = SafetensorsFolder.open(folder, "model")) {
      assertThat(weights.readF32("a")).containsExactly(1f);
      assertThat(weights.readF32("b")).containsExactly(2f);
      assertThatThrownBy(() -> weights.shape("c")).hasMessageContaining("there is no tensor c");
    }
  }

  @Test
  void weights_withATensorNotInItsShard_saysSo() throws IOException {
    SafetensorsFileTest.write(folder.resolve("m-1.safetensors"), A, new byte[4]);
    writeIndex("{\"weight_map\":{\"a\":\"m-1.safetensors\",\"x\":\"m-1.safetensors\"}}");

    assertThatThrownBy(() -> SafetensorsFolder.open(folder, "model"))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("1 of its tensors are not in the file it names, the first: x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../m-1.safetensors\"",
        "\"/etc/passwd\"",
        "\"a/b\"",
        "\"a\\\\b\"",
        "\"..\"",
        "\"\"",
        "3"
      })
  void weights_withAShardElsewhere_areRefused(String shard) throws IOException {
    writeIndex("{\"weight_map\":{\"a\":" + shard + "}}");

    assertThatThrownBy(() -> SafetensorsFolder.open(folder, "model"))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("tensor a: expected a plain file name");
  }

  @Test
  void weights_withoutFiles_sayWhichWereExpected() {
    assertThatThrownBy(() -> SafetensorsFolder.open(folder, "model"))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("expected model.safetensors or model.safetensors.index.json");
  }

  @Test
  void config_withAWrongValue_namesTheKey() throws IOException {
    Path path = folder.resolve("config.json");
    Files.writeString(path, "{\"n\": \"three\", \"list\": [1, 2.5], \"absent\": null}");
    ConfigFile config = ConfigFile.read(path);

    assertThat(config.integer("absent", 4)).isEqualTo(4);
    assertThat(config.text("n")).isEqualTo("three");
    assertThatThrownBy(() -> config.integer("n"))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("n: expected a whole number, found \"three\"");
    assertThatThrownBy(() -> config.integers("list"))
        .hasMessageContaining("list: expected a list of whole numbers, found 2.5");
    assertThatThrownBy(() -> config.flags("none")).hasMessageContaining("none: expected");
  }

  @Test
  void require_withSeveralFaults_listsThemAll() throws IOException {
    Path path = SafetensorsFileTest.write(folder.resolve("m.safetensors"), A, new byte[4]);
    Map<String, Shape> expected = new LinkedHashMap<>();
    expected.put("a", Shape.of(2));
    expected.put("z", Shape.of(3, 4));

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatThrownBy(
              () -> WeightFaults.require(file, "vae", WeightFaults.Expected.of(expected)))
          .isInstanceOf(LongtakeException.class)
          .hasMessageContaining("tensor a: expected shape")
          .hasMessageContaining("tensor z: expected shape");
    }
  }

  private void writeIndex(String json) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }
}
