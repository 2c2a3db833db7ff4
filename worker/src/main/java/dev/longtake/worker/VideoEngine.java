package dev.longtake.worker;

import dev.longtake.frames.FrameRun;
import dev.longtake.lifetime.Opened;
import dev.longtake.model.VideoModel;
import dev.longtake.plan.ModelCard;
import dev.longtake.render.RenderModel;
import dev.longtake.sampling.ResidentLatents;
import dev.longtake.sampling.ResidentLatents.Pass;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.TensorLatents;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checkpoint opened on this machine's backend, as rendering sees it. */
final class VideoEngine implements Engine, RenderModel {

  private static final Logger log = LoggerFactory.getLogger(VideoEngine.class);

  private final Backend backend;
  private final VideoModel model;

  private VideoEngine(Backend backend, VideoModel model) {
    this.backend = backend;
    this.model = model;
  }

  /**
   * Opens a checkpoint in the diffusers layout.
   *
   * @throws dev.longtake.error.LongtakeException MODEL_INVALID, or ENGINE_FAILED
   */
  static VideoEngine open(Path modelFolder, ComputeDevice device, int threads) {
    try (Opened opened = new Opened()) {
      Backend backend = opened.add(device.open(threads));
      return opened.keep(new VideoEngine(backend, VideoModel.open(modelFolder, backend)));
    }
  }

  @Override
  public RenderModel model() {
    return this;
  }

  @Override
  public String engineClass() {
    return model.engineClass();
  }

  @Override
  public ModelCard card() {
    return model.card();
  }

  @Override
  public EncodedPrompt encodePrompt(String prompt) {
    VideoModel.Prompt encoded = model.encodePrompt(prompt);
    if (!encoded.unknownWords().isEmpty()) {
      log.warn("prompt has words that the model does not know: {}", encoded.unknownWords());
    }
    if (encoded.isTruncated()) {
      log.warn("prompt is too long, its end was left out: {}", prompt);
    }
    return (references, frameCount, height, width) ->
        new EngineDenoiser(model.conditioned(encoded, references, frameCount, height, width));
  }

  @Override
  public float[] encodePicture(float[] rgb, int height, int width) {
    return model.encodePicture(rgb, height, width);
  }

  @Override
  public Optional<ResidentLatents> openLatents(int frameCount, int height, int width) {
    return model.openLatents(frameCount, height, width).map(latents -> latents);
  }

  @Override
  public FrameRun decode(float[] latents, int frameCount, int height, int width) {
    return model.decode(latents, frameCount, height, width);
  }

  @Override
  public void close() {
    try (backend) {
      model.close();
    }
  }

  private record EngineDenoiser(VideoModel.Conditioned model) implements Denoiser {

    @Override
    public void velocity(float[] latents, double timestep, float[] out) {
      model.velocity(latents, timestep, out);
    }

    @Override
    public void velocity(ResidentLatents latents, double timestep, Pass pass) {
      model.velocity((TensorLatents) latents, timestep, pass);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
