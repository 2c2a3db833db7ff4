package dev.longtake.render;

import dev.longtake.plan.ModelCard;
import dev.longtake.sampling.ResidentLatents;
import dev.longtake.sampling.ResidentLatents.Guiding;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.SolverStep;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Makes the first step as fast as the others: code compiled, kernels chosen, pages touched. Goes
 * from small to real sizes, and stops as soon as there is work.
 */
public final class WarmUp {

  private static final int TOKENS_EACH_WAY = 2;
  private static final double TIMESTEP = 500.0;

  /** A step of a larger model takes longer than what warming it up would save. */
  private static final long FULL_SIZE_WEIGHT_BYTES_MAX = 1L << 30;

  private WarmUp() {}

  /**
   * Runs the model on nothing. The engine's thread.
   *
   * @param idle whether there is still nothing better to do
   */
  public static void run(RenderModel model, BooleanSupplier idle) {
    ModelCard card = model.card();
    step(
        model,
        List.of(),
        1,
        TOKENS_EACH_WAY * card.geometry().patchHeight(),
        TOKENS_EACH_WAY * card.geometry().patchWidth());
    if (card.weightBytes() > FULL_SIZE_WEIGHT_BYTES_MAX || !idle.getAsBoolean()) {
      return;
    }
    int height = card.frames().size().height();
    int width = card.frames().size().width();
    float[] reference = model.encodePicture(new float[3 * height * width], height, width);
    if (!idle.getAsBoolean()) {
      return;
    }
    step(
        model,
        card.conditioning().referenceCountMax() > 0 ? List.of(reference) : List.of(),
        card.chunkPolicy().latentFrameCount(),
        height / card.geometry().spatialFactor(),
        width / card.geometry().spatialFactor());
    if (idle.getAsBoolean()) {
      model.decode(
          reference,
          1,
          height / card.geometry().spatialFactor(),
          width / card.geometry().spatialFactor());
    }
  }

  private static void step(
      RenderModel model, List<float[]> references, int frameCount, int height, int width) {
    int frames = references.size() + frameCount;
    float[] latents = new float[frames * model.card().geometry().channels() * height * width];
    try (RenderModel.Denoiser denoiser =
        model.encodePrompt("").denoiser(references, frameCount, height, width)) {
      model
          .openLatents(frames, height, width)
          .ifPresentOrElse(
              place -> step(denoiser, place, latents),
              () -> denoiser.velocity(latents, TIMESTEP, new float[latents.length]));
    }
  }

  private static void step(RenderModel.Denoiser denoiser, ResidentLatents place, float[] latents) {
    try (place) {
      place.write(SamplerState.initial(latents));
      denoiser.velocity(place, TIMESTEP, ResidentLatents.Pass.CONDITIONAL);
      place.publish(new Guiding.Off(), List.of());
      place.step(new SolverStep.Euler(0f), new Guiding.Off(), List.of());
      var _ = place.read(1, 0); // Waits until all of it is done.
    }
  }
}
