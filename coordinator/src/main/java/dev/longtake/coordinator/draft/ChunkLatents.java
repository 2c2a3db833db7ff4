package dev.longtake.coordinator.draft;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.story.StoryDetail.Drafting;
import dev.longtake.coordinator.story.StoryDetail.Sketch;
import dev.longtake.denoise.SamplerStateForm;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * What is known of a chunk's picture, frame by frame. Pure.
 *
 * @param channels C
 * @param height in latent cells
 * @param width in latent cells
 * @param frames {@code (C, h, w)} of a latent frame, by its place within the shot
 */
record ChunkLatents(int channels, int height, int width, IntFunction<float[]> frames) {

  /**
   * What a checkpoint tells.
   *
   * @param content as a worker sent it: not believed
   * @throws LongtakeException DATA_CORRUPT if it is damaged
   * @throws IllegalArgumentException if it is of another chunk or step
   */
  static ChunkLatents ofCheckpoint(Drafting shot, Sketch chunk, byte[] content) {
    Checkpoint checkpoint = CheckpointCodec.decode(content);
    Checkpoint.Origin origin = checkpoint.origin();
    SamplerStateForm.View state = SamplerStateForm.open(checkpoint.state());
    long size = (long) origin.channels() * origin.height() * origin.width();
    int frameCount = shot.references() + chunk.latentFrameCount();
    require(
        origin.frameCount() == frameCount
            && state.stepIndex() == chunk.step()
            && chunk.step() <= shot.sampling().stepCount()
            && state.length() == frameCount * size,
        "expected %d frames of %d numbers at step %d, found %d, %d numbers in all, step %d",
        frameCount,
        size,
        chunk.step(),
        origin.frameCount(),
        state.length(),
        state.stepIndex());
    var estimate = new Estimate(shot, state);
    return new ChunkLatents(
        origin.channels(),
        origin.height(),
        origin.width(),
        frame -> estimate.frame(at(shot, chunk, frame, (int) size), (int) size, frame));
  }

  /** A chunk's own latent frames stand after those of the references. */
  private static int at(Drafting shot, Sketch chunk, int frame, int size) {
    return (shot.references() + frame - chunk.firstLatentFrame()) * size;
  }

  /**
   * What a finished chunk's latents tell.
   *
   * @throws LongtakeException DATA_CORRUPT if they are damaged
   * @throws IllegalArgumentException if they are of another chunk
   */
  static ChunkLatents ofResult(Sketch chunk, byte[] content) {
    Latents latents = LatentsCodec.decode(content);
    require(
        latents.frameCount() == chunk.latentFrameCount(),
        "expected %d latent frames, found %d",
        chunk.latentFrameCount(),
        latents.frameCount());
    int size = latents.frameElements();
    return new ChunkLatents(
        latents.channels(),
        latents.height(),
        latents.width(),
        frame -> {
          int at = (frame - chunk.firstLatentFrame()) * size;
          return Arrays.copyOfRange(latents.values(), at, at + size);
        });
  }
}
