package dev.longtake.model;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Workspace;
import dev.longtake.text.TextEncoderConfig;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.WanVae;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The parts of the golden checkpoints, by what their configs say. */
public final class GoldenModel {

  public static final String TEXT_TO_VIDEO = "tiny-wan-t2v";
  public static final String VACE = "tiny-wan-vace";

  private GoldenModel() {}

  public static TransformerConfig transformerConfig(String folder) {
    return TransformerConfig.of(ConfigFile.read(Golden.path(folder + "/transformer/config.json")));
  }

  public static WanTransformer transformer(String folder, Backend backend) {
    return transformer(folder, backend, config -> config);
  }

  public static WanTransformer transformer(
      String folder, Backend backend, UnaryOperator<TransformerConfig> change) {
    try (SafetensorsFolder weights =
        SafetensorsFolder.open(Golden.path(folder + "/transformer"), "diffusion_pytorch_model")) {
      return new WanTransformer(change.apply(transformerConfig(folder)), weights, backend);
    }
  }

  public static TextEncoderConfig textConfig() {
    return TextEncoderConfig.of(
        ConfigFile.read(Golden.path(TEXT_TO_VIDEO + "/text_encoder/config.json")));
  }

  public static SafetensorsFolder textWeights() {
    return SafetensorsFolder.open(Golden.path(TEXT_TO_VIDEO + "/text_encoder"), "model");
  }

  public static VaeConfig vaeConfig() {
    return VaeConfig.read(ConfigFile.read(Golden.path(TEXT_TO_VIDEO + "/vae/config.json")));
  }

  public static SafetensorsFolder vaeWeights() {
    return SafetensorsFolder.open(Golden.path(TEXT_TO_VIDEO + "/vae"), "diffusion_pytorch_model");
  }

  public static WanVae vae(Backend backend) {
    try (SafetensorsFolder weights = vaeWeights()) {
      return WanVae.load(backend, vaeConfig(), weights);
    }
  }

  /** The extent of latents {@code (..., T, H, W)}. */
  public static LatentGrid grid(Shape latents) {
    return new LatentGrid(latents.dim(-3), latents.dim(-2), latents.dim(-1));
  }

  public static float[] velocity(
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
  public static float[] part(float[] values, int index, int count) {
    int size = values.length / count;
    return Arrays.copyOfRange(values, index * size, (index + 1) * size);
  }
}
