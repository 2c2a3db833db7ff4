package dev.longtake.loadtest.methods;

import dev.longtake.picture.Pixels;
import java.util.List;

/**
 * A shot as a method made it.
 *
 * @param frames as they were decoded
 * @param boundaryFrames for each place where two windows meet the first frame that is the right
 *     one's
 * @param chunkSteps windows that went through the model, times steps
 * @param latentFrameSteps latent frames that went through the model, times steps
 */
record Footage(
    List<Pixels> frames, List<Integer> boundaryFrames, long chunkSteps, long latentFrameSteps) {

  Footage {
    frames = List.copyOf(frames);
    boundaryFrames = List.copyOf(boundaryFrames);
  }
}
