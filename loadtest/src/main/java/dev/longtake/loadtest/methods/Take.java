package dev.longtake.loadtest.methods;

import dev.longtake.frames.FrameRun;
import dev.longtake.picture.Pixels;
import dev.longtake.plan.Boundary;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ChunkPlan;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Segment;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.Times;
import dev.longtake.sampling.Sampler;
import dev.longtake.sampling.Samplers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A shot that is to be made, and what every method needs for it. */
final class Take {

  private final ShotPlan plan;
  private final ShotModel model;

  Take(ShotPlan plan, ShotModel model) {
    this.plan = plan;
    this.model = model;
  }

  /** The same shot under other conditions. */
  Take with(ShotModel other) {
    return new Take(plan, other);
  }

  ShotModel model() {
    return model;
  }

  ChunkPlan chunks() {
    return plan.chunks();
  }

  long seed() {
    return plan.inputs().seed();
  }

  int frameCount() {
    return plan.frameCount();
  }

  int latentFrameCount() {
    return plan.latentFrameCount();
  }

  /** Latent frames that the model takes in one call, at most. */
  int windowLength() {
    return model.card().chunkPolicy().latentFrameCount();
  }

  /** Frames of a latent frame, but for the first. */
  int temporalFactor() {
    return model.card().geometry().temporalFactor();
  }

  /** The noise that the checkpoint asks for. */
  StartNoise noise() {
    return noise(plan.inputs().sampling().sharedNoise());
  }

  StartNoise noise(double share) {
    return new StartNoise(seed(), share);
  }

  int stepCount() {
    return plan.inputs().sampling().stepCount();
  }

  /**
   * Steps in which as many latent frames go through the model as with the farm's chunks.
   *
   * @param latentFrames that go through it at each step
   */
  int stepsFor(int latentFrames) {
    int ours = chunks().chunks().stream().mapToInt(Chunk::latentFrameCount).sum();
    return Math.max(1, Math.round((float) stepCount() * ours / latentFrames));
  }

  Sampler sampler() {
    return sampler(stepCount());
  }

  Sampler sampler(int stepCount) {
    return sampler(stepCount, plan.inputs().sampling().freshNoise());
  }

  /** As of a story that asks for noise drawn anew down to this noise level. */
  Sampler freshSampler(double from) {
    return sampler(stepCount(), from);
  }

  private Sampler sampler(int stepCount, double freshNoise) {
    Sampling sampling = plan.inputs().sampling();
    return Samplers.of(sampling.solver(), stepCount, sampling.shift(), freshNoise);
  }

  /** Latents of the whole shot, {@code (L, C, h, w)}. */
  float[] run(Recipe recipe) {
    return WindowLoop.run(model, sampler(), recipe);
  }

  /** One latent frame. */
  float[] frame(float[] latents, int frame) {
    int size = model.shape().frameSize();
    return Arrays.copyOfRange(latents, frame * size, (frame + 1) * size);
  }

  /** What the farm makes of a shot's latents. */
  Footage footage(float[] latents) {
    return footage(latents, boundaryFrames());
  }

  /** The same where windows meet elsewhere than the farm's chunks. */
  Footage footage(float[] latents, List<Integer> boundaryFrames) {
    return new Footage(
        decoded(latents).stream().flatMap(run -> pixels(run, 0, run.count()).stream()).toList(),
        boundaryFrames,
        model.chunkSteps(),
        model.latentFrameSteps());
  }

  /** Decodes as a farm does: in segments, each from some latent frames before it. */
  List<FrameRun> decoded(float[] latents) {
    int size = model.shape().frameSize();
    List<FrameRun> runs = new ArrayList<>();
    for (Segment segment : plan.segments().segments()) {
      int first = segment.firstLatentFrame() - segment.halo();
      FrameRun run =
          model.decode(Arrays.copyOfRange(latents, first * size, segment.endLatentFrame() * size));
      int dropped = Times.frameCount(segment.halo(), temporalFactor());
      int from = dropped * run.frameBytes();
      runs.add(
          new FrameRun(
              run.width(),
              run.height(),
              segment.frameCount(),
              Arrays.copyOfRange(run.rgb(), from, from + segment.frameCount() * run.frameBytes())));
    }
    return runs;
  }

  /** Frames of a run as pictures. */
  static List<Pixels> pixels(FrameRun run, int from, int to) {
    List<Pixels> frames = new ArrayList<>();
    for (int i = from; i < to; i++) {
      byte[] rgb = Arrays.copyOfRange(run.rgb(), i * run.frameBytes(), (i + 1) * run.frameBytes());
      frames.add(new Pixels(rgb, run.width(), run.height()));
    }
    return frames;
  }

  private List<Integer> boundaryFrames() {
    List<Integer> frames = new ArrayList<>();
    for (Boundary boundary : chunks().boundaries()) {
      int latentFrame = boundary.firstLatentFrame() + boundary.ownedByLeft();
      frames.add(Times.frameCount(latentFrame, temporalFactor()));
    }
    return frames;
  }
}
