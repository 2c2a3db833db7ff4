package dev.longtake.render;

import java.util.List;

/** Makes the first step as fast as the others: code compiled, kernels chosen, pages touched. */
public final class WarmUp {

  private static final int TOKENS_EACH_WAY = 2;

  private WarmUp() {}

  /** Denoises one tiny latent frame once. The engine's thread. */
  public static void run(RenderModel model) {
    int height = TOKENS_EACH_WAY * model.card().patchHeight();
    int width = TOKENS_EACH_WAY * model.card().patchWidth();
    float[] latents = new float[model.card().latentChannels() * height * width];
    try (RenderModel.Denoiser denoiser =
        model.encodePrompt("").denoiser(List.of(), 1, height, width)) {
      denoiser.velocity(latents, 500.0, latents.clone());
    }
  }
}
