package dev.longtake.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaeConfigTest {

  private static final String PATCHED =
      """
      "z_dim": 2, "dim_mult": [1, 2, 4], "temperal_downsample": [true, true],
      "latents_mean": [0, 0], "latents_std": [1, 1]\
      """;

  @TempDir private Path folder;

  @Test
  void read_ofAPublishedConfig_takesDefaultsForAbsentKeys() {
    VaeConfig config =
        VaeConfig.read(ConfigFile.read(Golden.resource("wan/tiny-wan-t2v/vae/config.json")));

    assertThat(config.encoderDim()).isEqualTo(8);
    assertThat(config.decoderDim()).isEqualTo(8);
    assertThat(config.patchSize()).isEqualTo(1);
    assertThat(config.spatialFactor()).isEqualTo(8);
    assertThat(config.temporalFactor()).isEqualTo(4);
    assertThat(config.latentsMean()).hasSize(16).startsWith(-0.7571f);
  }

  @Test
  void read_withPatches_foldsThemIntoChannels() throws IOException {
    VaeConfig config = read(PATCHED + ", \"patch_size\": 2, \"in_channels\": 12");

    assertThat(config.pixelChannels()).isEqualTo(12);
    assertThat(config.spatialFactor()).isEqualTo(8);
    assertThat(config.temporalFactor()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "attn_scales": [1.0]|attn_scales: expected an empty list
          "patch_size": 2, "in_channels": 3|in_channels: expected 12, found 3
          "num_res_blocks": 0|num_res_blocks must be positive, found 0
          "base_dim": "x"|base_dim: expected a whole number, found "x"
          """)
  void read_ofWhatCannotBeRun_saysWhy(String keys, String message) {
    assertThatThrownBy(() -> read(PATCHED + ", " + keys))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining(message);
  }

  private VaeConfig read(String keys) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{" + keys + "}");
    return VaeConfig.read(ConfigFile.read(file));
  }
}
