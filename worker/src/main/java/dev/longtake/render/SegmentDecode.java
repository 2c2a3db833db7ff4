package dev.longtake.render;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.latent.Latents;
import dev.longtake.lease.Work.DecodeSegment;
import java.util.Arrays;

/**
 * Decodes one segment of a shot.
 *
 * <p>The decoder turns the first latent frame of a run into one frame and every other into {@code
 * temporalFactor} frames, and it needs some frames to get going. So a segment inside a shot is
 * decoded from {@code halo} latent frames earlier; the {@code 1 + (halo - 1) temporalFactor} frames
 * that these become are thrown away, and what is left stands for the segment's own latent frames,
 * {@code temporalFactor} each. A segment at the start of a shot has no halo and keeps the single
 * first frame.
 */
final class SegmentDecode {

  private SegmentDecode() {}

  /**
   * Decodes the segment's frames.
   *
   * @param latents of the whole shot
   * @throws LongtakeException DATA_CORRUPT if the latents are not the shot's
   */
  static FrameRun decode(RenderModel model, DecodeSegment segment, Latents latents) {
    check(segment, latents, model.card().geometry().channels());
    int first = segment.firstLatentFrame() - segment.halo();
    int count = segment.halo() + segment.latentFrameCount();
    int frameElements = latents.frameElements();
    float[] run =
        Arrays.copyOfRange(
            latents.values(), first * frameElements, (first + count) * frameElements);
    float[] channelMajor = new float[run.length];
    LatentLayout.toChannelMajor(
        run, channelMajor, count, latents.channels(), latents.height() * latents.width());
    FrameRun decoded = model.decode(channelMajor, count, latents.height(), latents.width());
    int dropped =
        segment.halo() == 0
            ? 0
            : 1 + (segment.halo() - 1) * model.card().geometry().temporalFactor();
    return part(decoded, dropped, segment.frameCount());
  }

  private static void check(DecodeSegment segment, Latents latents, int channels) {
    if (segment.halo() == 0 && segment.firstLatentFrame() > 0) {
      throw new IllegalArgumentException(
          "a segment inside a shot needs a halo: starts at " + segment.firstLatentFrame());
    }
    int expected = segment.shot().latentFrameCount();
    if (latents.frameCount() != expected || latents.channels() != channels) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "latents %s: expected %d latent frames of %d channels, found %d of %d"
              .formatted(
                  segment.latentsDigest(),
                  expected,
                  channels,
                  latents.frameCount(),
                  latents.channels()));
    }
  }

  private static FrameRun part(FrameRun run, int first, int count) {
    if (first + count > run.count()) {
      throw new IllegalArgumentException(
          "expected %d frames after %d dropped ones, decoded %d in all"
              .formatted(count, first, run.count()));
    }
    byte[] rgb =
        Arrays.copyOfRange(run.rgb(), first * run.frameBytes(), (first + count) * run.frameBytes());
    return new FrameRun(run.width(), run.height(), count, rgb);
  }
}
