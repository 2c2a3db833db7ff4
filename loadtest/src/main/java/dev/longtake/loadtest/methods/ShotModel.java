package dev.longtake.loadtest.methods;

import dev.longtake.frames.FrameRun;
import dev.longtake.model.VideoModel;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotInputs;
import dev.longtake.sampling.Guidance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model under one shot's prompt and pictures, for windows of any length. Counts what goes
 * through it. One thread at a time.
 */
final class ShotModel implements AutoCloseable {

  private final VideoModel model;
  private final ShotInputs shot;
  private final Sampling sampling;
  private final LatentShape shape;
  private final List<float[]> references;
  private final VideoModel.Prompt prompt;
  private final VideoModel.@Nullable Prompt negative;
  private final Map<Integer, Passes> byLength = new HashMap<>();
  private long latentFrameSteps;
  private long chunkSteps;

  /**
   * @param references encoded pictures {@code (C, 1, h, w)}, in the order of the frames they become
   */
  ShotModel(VideoModel model, ShotInputs shot, List<float[]> references) {
    ModelCard card = model.card();
    this.model = model;
    this.shot = shot;
    this.sampling = shot.sampling();
    this.shape =
        new LatentShape(
            shot.latentFrameCount(),
            card.geometry().channels(),
            card.geometry().height(shot.size()),
            card.geometry().width(shot.size()));
    this.references = List.copyOf(references);
    this.prompt = model.encodePrompt(shot.prompt().text());
    this.negative =
        Guidance.needsUnconditional((float) sampling.guidanceScale())
            ? model.encodePrompt(shot.prompt().negativeText())
            : null;
  }

  /** The same shot with one more picture, which stands after the others. */
  ShotModel withReference(float[] picture) {
    List<float[]> more = new ArrayList<>(references);
    more.add(picture);
    return new ShotModel(model, shot, more);
  }

  LatentShape shape() {
    return shape;
  }

  int referenceCount() {
    return references.size();
  }

  /** The pictures, {@code (R, C, h, w)}. */
  float[] references() {
    float[] all = new float[references.size() * shape.frameSize()];
    for (int i = 0; i < references.size(); i++) {
      System.arraycopy(references.get(i), 0, all, i * shape.frameSize(), shape.frameSize());
    }
    return all;
  }

  ModelCard card() {
    return model.card();
  }

  /** Latent frames that went through the model, times steps; references not counted. */
  long latentFrameSteps() {
    return latentFrameSteps;
  }

  /** Windows that went through the model, times steps. */
  long chunkSteps() {
    return chunkSteps;
  }

  /** Counts what another model of the same shot did as its own. */
  void addCost(ShotModel other) {
    latentFrameSteps += other.latentFrameSteps;
    chunkSteps += other.chunkSteps;
  }

  /** The model for windows of a length; stays open as long as this. */
  Passes passes(int frameCount) {
    return byLength.computeIfAbsent(frameCount, count -> new Passes(count, Map.of()));
  }

  /**
   * The model for a window some of whose frames are given; closed by the caller.
   *
   * @param known latents {@code (C, h, w)} by their place in the window
   */
  Passes passes(int frameCount, Map<Integer, float[]> known) {
    return new Passes(frameCount, known);
  }

  /** The model under one window's conditions. */
  final class Passes implements AutoCloseable {

    private final int frameCount;
    private final VideoModel.Conditioned conditional;
    private final VideoModel.@Nullable Conditioned unconditional;

    private Passes(int frameCount, Map<Integer, float[]> known) {
      this.frameCount = frameCount;
      this.conditional = conditioned(prompt, known);
      this.unconditional = negative == null ? null : conditioned(negative, known);
    }

    private VideoModel.Conditioned conditioned(
        VideoModel.Prompt under, Map<Integer, float[]> known) {
      return model.conditioned(under, references, known, frameCount, shape.height(), shape.width());
    }

    /**
     * The guided velocity.
     *
     * @param frames {@code (R + T, C, h, w)}, the references first
     * @param timestep noise level times 1000
     * @return as {@code frames}
     */
    float[] velocity(float[] frames, double timestep) {
      latentFrameSteps += frameCount;
      chunkSteps++;
      float[] latents = shape.channelMajor(frames);
      float[] wanted = new float[latents.length];
      conditional.velocity(latents, timestep, wanted);
      VideoModel.Conditioned other = unconditional;
      if (other == null) {
        return shape.frameMajor(wanted);
      }
      float[] unwanted = new float[latents.length];
      other.velocity(latents, timestep, unwanted);
      return shape.frameMajor(Guidance.combine(wanted, unwanted, (float) sampling.guidanceScale()));
    }

    @Override
    public void close() {
      try (unconditional) {
        conditional.close();
      }
    }
  }

  /** Encodes a picture {@code (3, height, width)} in [-1, 1] as one latent frame. */
  float[] encode(float[] picture) {
    return model.encodePicture(picture, shot.size().height(), shot.size().width());
  }

  /** Decodes latent frames {@code (n, C, h, w)}, the first of which becomes one frame. */
  FrameRun decode(float[] frames) {
    return model.decode(
        shape.channelMajor(frames),
        frames.length / shape.frameSize(),
        shape.height(),
        shape.width());
  }

  @Override
  public void close() {
    byLength.values().forEach(Passes::close);
    byLength.clear();
  }
}
