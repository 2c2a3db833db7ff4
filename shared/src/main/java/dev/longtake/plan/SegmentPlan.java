package dev.longtake.plan;

import static dev.longtake.error.Require.require;

import java.util.ArrayList;
import java.util.List;

/** How a shot's latents are cut for decoding. The same shot and policy give the same plan. */
public record SegmentPlan(List<Segment> segments) {

  public SegmentPlan {
    segments = List.copyOf(segments);
    require(!segments.isEmpty(), "a shot has at least one segment");
  }

  /**
   * Cuts a shot.
   *
   * @param shotFrameCount frames of the shot; frames decoded beyond them are not kept
   * @param temporalFactor frames of a latent frame; the first latent frame stands for one
   */
  public static SegmentPlan of(int shotFrameCount, int temporalFactor, SegmentPolicy policy) {
    int latentFrameCount = Times.latentFrameCount(shotFrameCount, temporalFactor);
    List<Segment> segments = new ArrayList<>();
    for (int first = 0; first < latentFrameCount; first += policy.latentFrameCount()) {
      int count = Math.min(policy.latentFrameCount(), latentFrameCount - first);
      int firstFrame = Times.frameCount(first, temporalFactor);
      int endFrame = Math.min(shotFrameCount, Times.frameCount(first + count, temporalFactor));
      segments.add(
          new Segment(
              segments.size(),
              first,
              count,
              Math.min(policy.halo(), first),
              firstFrame,
              endFrame - firstFrame));
    }
    return new SegmentPlan(segments);
  }

  /** Frames of the shot. */
  public int frameCount() {
    return segments.getLast().firstFrame() + segments.getLast().frameCount();
  }
}
