package dev.longtake.model;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Workspace;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The parts of the golden checkpoints, by what their configs say. */
final class GoldenModel {

  static final String TEXT_TO_VIDEO = "tiny-wan-t2v";
  static final String VACE = "tiny-wan-vace";

  private GoldenModel() {}

  static TransformerConfig transformerConfig(String folder) {
    return TransformerConfig.of(ConfigFile.read(Golden.path(folder + "/transformer/config.json")));
  }

  static WanTransformer transformer(String folder, Backend backend) {
    return transformer(folder, backend, config -> config);
  }

  static WanTransformer transformer(
      String folder, Backend backend, UnaryOperator<TransformerConfig> change) {
    try (SafetensorsFolder weights =
        SafetensorsFolder.open(Golden.path(folder + "/transformer"), "diffusion_pytorch_model")) {
      return new WanTransformer(change.apply(transformerConfig(folder)), weights, backend);
    }
  }

  static TextEncoderConfig textConfig() {
    return TextEncoderConfig.of(
        ConfigFile.read(Golden.path(TEXT_TO_VIDEO + "/text_encoder/config.json")));
  }

  static SafetensorsFolder textWeights() {
    return SafetensorsFolder.open(Golden.path(TEXT_TO_VIDEO + "/text_encoder"), "model");
  }

  static VaeConfig vaeConfig() {
    return VaeConfig.read(ConfigFile.read(Golden.path(TEXT_TO_VIDEO + "/vae/config.json")));
  }

  static SafetensorsFolder vaeWeights() {
    return SafetensorsFolder.open(Golden.path(TEXT_TO_VIDEO + "/vae"), "diffusion_pytorch_model");
  }

  static WanVae vae(Backend backend) {
    try (SafetensorsFolder weights = vaeWeights()) {
      return WanVae.load(backend, vaeConfig(), weights);
    }
  }

  /** The extent of latents {@code (..., T, H, W)}. */
  static LatentGrid grid(Shape latents) {
    return new LatentGrid(latents.dim(-3), latents.dim(-2), latents.dim(-1));
  }

  static float[] velocity(
      WanTransformer transformer,
      Backend backend,
      float[] latents,
      LatentGrid grid,
      double timestep,
      float[] text,
      WanTransformer.@Nullable Control control) {
    int rows = text.length / transformer.config().textDim();
    float[] out = new float[latents.length];
    try (WanTransformer.Prompt prompt = transformer.preparePrompt(text, rows);
        Workspace workspace = backend.openWorkspace()) {
      transformer.velocity(workspace, latents, grid, timestep, prompt, control, out);
    }
    return out;
  }

  /** Entry {@code index} of {@code count} equal parts. */
  static float[] part(float[] values, int index, int count) {
    int size = values.length / count;
    return Arrays.copyOfRange(values, index * size, (index + 1) * size);
  }
}
