package dev.longtake.render;

import dev.longtake.frames.FrameRun;
import dev.longtake.plan.ModelCard;
import dev.longtake.sampling.ResidentLatents;
import java.util.List;
import java.util.Optional;

/**
 * What rendering asks of a model, in plain arrays. One thread at a time calls it; the engine's own
 * threads are its own business.
 *
 * <p>Axes: {@code C} latent channels, {@code R} reference frames, {@code T} latent frames, {@code h
 * w} latent height and width. The last axis is contiguous. Latents are normalised as the
 * transformer sees them.
 */
public interface RenderModel {

  /** What the checkpoint is and how it wants to be used. */
  ModelCard card();

  /** Runs the text encoder; the empty text is allowed. */
  EncodedPrompt encodePrompt(String prompt);

  /**
   * Encodes one picture as a single latent frame.
   *
   * @param rgb {@code (3, height, width)} in [-1, 1]
   * @return {@code (C, 1, h, w)}
   */
  float[] encodePicture(float[] rgb, int height, int width);

  /**
   * Decodes a run of latent frames: the first becomes one frame, every other {@code
   * card().geometry().temporalFactor()} frames.
   *
   * @param latents {@code (C, T, h, w)}
   */
  FrameRun decode(float[] latents, int frameCount, int height, int width);

  /**
   * Opens a place for one chunk's latents where the model computes, so that they need not travel
   * each step; closed by the caller.
   *
   * @param frameCount {@code R + T}
   * @return empty: there is none better than arrays
   */
  default Optional<ResidentLatents> openLatents(int frameCount, int height, int width) {
    return Optional.empty();
  }

  /** A prompt after the text encoder. */
  interface EncodedPrompt {

    /**
     * Prepares what stays equal over all steps: text keys and values, control latents.
     *
     * @param references latents of the reference pictures, each {@code (C, 1, h, w)}, in the order
     *     of the frames they become
     * @param frameCount {@code T}, without the reference frames
     */
    Denoiser denoiser(List<float[]> references, int frameCount, int height, int width);
  }

  /** The model under one condition and one shape. */
  interface Denoiser extends AutoCloseable {

    /**
     * Predicts the velocity {@code noise - x0}.
     *
     * @param latents {@code (C, R + T, h, w)}, not changed
     * @param timestep in [0, 1000]
     * @param out as long as {@code latents}, written
     */
    void velocity(float[] latents, double timestep, float[] out);

    /**
     * The same where the latents lie; does not wait for the result.
     *
     * @param latents as {@link RenderModel#openLatents} of the same model gives them
     * @param pass whose velocity it is
     */
    default void velocity(ResidentLatents latents, double timestep, ResidentLatents.Pass pass) {
      throw new IllegalStateException("this model keeps no latents");
    }

    @Override
    void close();
  }
}
