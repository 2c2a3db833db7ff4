package dev.longtake.coordinator.story.moves;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.plan.ShotInputs;
import dev.longtake.story.FrameSize;
import java.util.OptionalDouble;

/**
 * What a step of a chunk asks of a worker.
 *
 * @param isGuided whether the model is asked twice
 * @param frameCount latent frames that the model sees, references included
 */
record StepLoad(FrameSize size, boolean isGuided, int frameCount) {

  static StepLoad of(ShotProgress shot, int chunkIndex) {
    ShotInputs inputs = shot.plan().inputs();
    return new StepLoad(
        inputs.size(),
        inputs.sampling().isGuided(),
        shot.plan().chunks().chunks().get(chunkIndex).latentFrameCount()
            + inputs.prompt().references().size());
  }

  /**
   * How many times as long as the other one it takes at most on the same worker; empty if they
   * cannot be compared. Time grows with the frames, and no faster than their square (attention).
   */
  OptionalDouble timesAtMost(StepLoad other) {
    if (!size.equals(other.size) || isGuided != other.isGuided) {
      return OptionalDouble.empty();
    }
    double ratio = (double) frameCount / other.frameCount;
    return OptionalDouble.of(ratio > 1 ? ratio * ratio : ratio);
  }
}
