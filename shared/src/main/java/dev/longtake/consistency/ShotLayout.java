package dev.longtake.consistency;

import static dev.longtake.error.Require.require;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How a shot was made, as far as its figures need it.
 *
 * @param boundaryFrames for each boundary of two chunks the first frame that is the right one's
 * @param frameRateHz frames a second
 */
public record ShotLayout(
    String shot, int frameCount, List<Integer> boundaryFrames, double frameRateHz) {

  /** Frames of a shot in which those it shows are looked for. */
  public static final int SAMPLES = 5;

  public ShotLayout {
    require(frameCount > 0, "shot %s: frameCount is not positive: %d", shot, frameCount);
    require(frameRateHz > 0, "shot %s: frameRateHz is not positive: %s", shot, frameRateHz);
    boundaryFrames = List.copyOf(boundaryFrames);
  }

  /** Frames from one chunk's beginning to the next one's; the whole shot if it has one chunk. */
  double chunkFrames() {
    int count = boundaryFrames.size();
    return count < 2
        ? frameCount
        : (double) (boundaryFrames.getLast() - boundaryFrames.getFirst()) / (count - 1);
  }

  /** Frames of a second, at least one. */
  int secondFrames() {
    return Math.max(1, (int) Math.round(frameRateHz));
  }

  /** The frames in which those it shows are looked for: evenly spread, in order. */
  List<Integer> samples() {
    int count = Math.min(SAMPLES, frameCount);
    return IntStream.range(0, count)
        .map(i -> (int) ((i + 0.5) * frameCount / count))
        .boxed()
        .toList();
  }
}
