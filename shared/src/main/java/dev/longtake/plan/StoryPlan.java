package dev.longtake.plan;

import static java.util.Objects.requireNonNull;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.KeyedNoise;
import dev.longtake.latent.SlabCodec;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Shot;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import java.util.ArrayList;
import java.util.List;

/**
 * How a story is rendered with one model on one engine class. The same arguments always give the
 * same plan.
 */
public record StoryPlan(
    Story story, ModelCard model, String engineClass, List<ShotPlan> shots, int frameCount) {

  public StoryPlan {
    requireNonNull(story, "story");
    requireNonNull(model, "model");
    requireNonNull(engineClass, "engineClass");
    shots = List.copyOf(shots);
  }

  /** The plan of a story that has no id yet. */
  public static StoryPlan of(Story story, ModelCard model, String engineClass) {
    return of("", story, model, engineClass);
  }

  /**
   * Plans a story.
   *
   * @throws LongtakeException with {@link ErrorCode#STORY_INVALID} if the model cannot render it
   */
  public static StoryPlan of(String storyId, Story story, ModelCard model, String engineClass) {
    List<ShotPlan> shots = new ArrayList<>();
    int filmFrame = 0;
    for (int i = 0; i < story.shots().size(); i++) {
      ShotPlan plan = shot(storyId, story, i, model, engineClass, filmFrame);
      shots.add(plan);
      filmFrame += plan.frameCount();
      if (i < story.transitions().size()) {
        filmFrame -= story.transitions().get(i).framesShared();
      }
    }
    return new StoryPlan(story, model, engineClass, shots, filmFrame);
  }

  private static ShotPlan shot(
      String storyId,
      Story story,
      int shotIndex,
      ModelCard model,
      String engineClass,
      int filmFirstFrame) {
    Shot shot = story.shots().get(shotIndex);
    int temporalFactor = model.geometry().temporalFactor();
    ShotInputs inputs =
        new ShotInputs(
            new ShotAddress(storyId, shotIndex, shot.id()),
            model.identity().digest(),
            Prompt.of(shot, story.world(), model.conditioning()),
            shot.seed(),
            model.geometry().rendered(story.size()),
            Times.latentFrameCount(shot.frameCount(), temporalFactor),
            model.sampling().with(story.settings().sampling()),
            story.settings().exchangeOff());
    ShotIdentity identity =
        new ShotIdentity(
            inputs,
            shot.frameCount(),
            model.chunkPolicy(),
            model.segmentPolicy(),
            engineClass,
            KeyedNoise.VERSION,
            SlabCodec.ELEMENT_TYPE);
    return new ShotPlan(
        shot,
        identity,
        ChunkPlan.of(inputs.latentFrameCount(), model.chunkPolicy()),
        SegmentPlan.of(shot.frameCount(), temporalFactor, model.segmentPolicy()),
        filmFirstFrame);
  }

  /** Chunks of all shots. */
  public int chunkCount() {
    return shots.stream().mapToInt(shot -> shot.chunks().chunks().size()).sum();
  }

  /** Segments of all shots. */
  public int segmentCount() {
    return shots.stream().mapToInt(shot -> shot.segments().segments().size()).sum();
  }

  /** Denoise steps over all chunks of all shots. */
  public long stepCount() {
    return shots.stream().mapToLong(ShotPlan::stepCount).sum();
  }

  /** Latent frames of all shots. */
  public int latentFrameCount() {
    return shots.stream().mapToInt(ShotPlan::latentFrameCount).sum();
  }

  /** Frames as the model renders them; the film's are cut from their middle. */
  public FrameSize renderedSize() {
    return model.geometry().rendered(story.size());
  }

  /** Seconds of the film. */
  public double filmSeconds() {
    return story.frameRate().seconds(frameCount);
  }

  /** How shot {@code shotIndex} passes to the next one; a cut after the last. */
  public Transition transitionAfter(int shotIndex) {
    return shotIndex < story.transitions().size()
        ? story.transitions().get(shotIndex)
        : new Transition.Cut();
  }

  /** About how long it takes, the assembling of the film aside. */
  public double estimatedSeconds(StepCost cost, int workerCount) {
    double denoise =
        shots.stream()
            .mapToDouble(
                shot ->
                    shot.denoisedLatentFrameCount()
                        * (double) shot.inputs().sampling().stepCount()
                        * cost.stepSecondsPerLatentFrame())
            .sum();
    double decode =
        shots.stream().mapToDouble(shot -> shot.frameCount() * cost.decodeSecondsPerFrame()).sum();
    return (denoise + decode) / Math.max(1, workerCount);
  }

  /**
   * Bytes of what the chunks of the largest shot are held in: latents, velocities with and without
   * guidance, and the solver's history.
   */
  public long latentBytes() {
    long latentBytes = 4L * model.geometry().frameElements(renderedSize());
    return shots.stream().mapToLong(ShotPlan::denoisedLatentFrameCount).max().orElse(0)
        * latentBytes
        * LATENT_COPIES;
  }

  private static final int LATENT_COPIES = 6;
}
