package dev.longtake.plan;

import static dev.longtake.error.Require.require;

/**
 * A run of latent frames decoded to pixels in one go.
 *
 * @param index within the shot, from 0
 * @param firstLatentFrame first latent frame it stands for
 * @param latentFrameCount latent frames it stands for
 * @param halo latent frames decoded before {@code firstLatentFrame} and thrown away
 * @param firstFrame first frame kept, within the shot
 * @param frameCount frames kept
 */
public record Segment(
    int index,
    int firstLatentFrame,
    int latentFrameCount,
    int halo,
    int firstFrame,
    int frameCount) {

  public Segment {
    require(index >= 0, "index is negative: %d", index);
    require(latentFrameCount > 0, "latentFrameCount is not positive: %d", latentFrameCount);
    require(
        halo >= 0 && halo <= firstLatentFrame,
        "halo: expected 0 to %d latent frames, found %d",
        firstLatentFrame,
        halo);
    require(
        halo > 0 || firstLatentFrame == 0, "segment %d starts inside a shot without halo", index);
    require(firstFrame >= 0, "firstFrame is negative: %d", firstFrame);
    require(frameCount > 0, "frameCount is not positive: %d", frameCount);
  }

  /** One past its last latent frame. */
  public int endLatentFrame() {
    return firstLatentFrame + latentFrameCount;
  }
}
