package dev.longtake.loadtest.scenario;

import static dev.longtake.error.Require.require;

/**
 * What each story of a run looks like.
 *
 * @param shotCount shots of it
 * @param frameCount frames of each shot
 * @param frameRateHz frames a second
 */
public record StoryShape(int shotCount, int frameCount, int frameRateHz) {

  public StoryShape {
    require(shotCount > 0, "shotCount is not positive: %d", shotCount);
    require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    require(frameRateHz > 0, "frameRateHz is not positive: %d", frameRateHz);
  }

  /** Shots that are cut into so many chunks by {@link SimulatedModel}. */
  public static StoryShape ofChunks(int shotCount, int chunksPerShot) {
    return new StoryShape(shotCount, SimulatedModel.framesOf(chunksPerShot), 8);
  }

  /** Seconds that one worker would compute for such a story. */
  double busySeconds(ComputeTimes times) {
    int chunks = SimulatedModel.chunksOf(frameCount);
    int segments = SimulatedModel.segmentsOf(frameCount);
    return shotCount
        * (chunks * times.chunk().toNanos() + segments * times.segment().toNanos())
        / 1e9;
  }
}
