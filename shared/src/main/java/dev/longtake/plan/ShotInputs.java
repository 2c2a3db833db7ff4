package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.FrameSize;
import java.util.List;

/**
 * Everything that decides a shot's latents, the chunk plan and the engine class aside.
 *
 * @param storyId empty while the story has none
 * @param modelDigest of the checkpoint; a worker refuses another one
 * @param prompt the text that goes into the encoder
 * @param references in the order in which they are prepended: cast, props, scene
 * @param sharedNoise variance that the start noise of all latent frames has in common, 0 to 1
 */
public record ShotInputs(
    String storyId,
    int shotIndex,
    String shotId,
    Digest modelDigest,
    String prompt,
    String negativePrompt,
    long seed,
    FrameSize size,
    int latentFrameCount,
    int stepCount,
    double guidanceScale,
    double shift,
    Solver solver,
    boolean exchangeOff,
    List<ReferencePicture> references,
    double sharedNoise) {

  public ShotInputs {
    requireNonNull(storyId, "storyId");
    require(shotIndex >= 0, "shotIndex is negative: %d", shotIndex);
    requireNonNull(shotId, "shotId");
    requireNonNull(modelDigest, "modelDigest");
    requireNonNull(prompt, "prompt");
    requireNonNull(negativePrompt, "negativePrompt");
    requireNonNull(size, "size");
    require(latentFrameCount > 0, "latentFrameCount is not positive: %d", latentFrameCount);
    require(stepCount > 0, "stepCount is not positive: %d", stepCount);
    require(Double.isFinite(guidanceScale), "guidanceScale is not a number: %s", guidanceScale);
    require(shift > 0 && Double.isFinite(shift), "shift is not positive: %s", shift);
    requireNonNull(solver, "solver");
    references = List.copyOf(references);
    require(
        sharedNoise >= 0 && sharedNoise <= 1,
        "sharedNoise: expected 0 to 1, found %s",
        sharedNoise);
  }

  /** Inputs of a shot whose latent frames start from independent noise. */
  public ShotInputs(
      String storyId,
      int shotIndex,
      String shotId,
      Digest modelDigest,
      String prompt,
      String negativePrompt,
      long seed,
      FrameSize size,
      int latentFrameCount,
      int stepCount,
      double guidanceScale,
      double shift,
      Solver solver,
      boolean exchangeOff,
      List<ReferencePicture> references) {
    this(
        storyId,
        shotIndex,
        shotId,
        modelDigest,
        prompt,
        negativePrompt,
        seed,
        size,
        latentFrameCount,
        stepCount,
        guidanceScale,
        shift,
        solver,
        exchangeOff,
        references,
        0);
  }
}
