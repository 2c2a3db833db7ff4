package dev.longtake.render;

import static dev.longtake.error.Require.require;

import dev.longtake.digest.Digest;
import dev.longtake.latent.Checkpoint;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.ShotKey;

/**
 * The extent of a chunk's latents, frame by frame: {@code (R + T, C, h, w)}, the reference frames
 * first.
 *
 * @param referenceCount {@code R}
 * @param frameCount {@code T}, without the reference frames
 * @param channels {@code C}
 * @param height {@code h}, in latent cells
 * @param width {@code w}, in latent cells
 */
record ChunkShape(int referenceCount, int frameCount, int channels, int height, int width) {

  ChunkShape {
    require(referenceCount >= 0, "referenceCount is negative: %d", referenceCount);
    require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    require(channels > 0, "channels is not positive: %d", channels);
    require(height > 0 && width > 0, "latent frame is empty: %d x %d", height, width);
  }

  static ChunkShape of(ModelCard card, DenoiseChunk chunk) {
    ShotInputs shot = chunk.shot();
    return new ChunkShape(
        shot.prompt().references().size(),
        chunk.latentFrameCount(),
        card.geometry().channels(),
        shot.size().height() / card.geometry().spatialFactor(),
        shot.size().width() / card.geometry().spatialFactor());
  }

  /** What makes a state of this shape, if this engine does. */
  Checkpoint.Origin origin(String engineClass, DenoiseChunk chunk) {
    return new Checkpoint.Origin(
        engineClass, digest(chunk), modelFrameCount(), channels, height, width);
  }

  /** Of what decides the chunk's bits; who its neighbours are leased to does not. */
  private static Digest digest(DenoiseChunk chunk) {
    return Digest.ofText(
        "%s %d %d %d %d"
            .formatted(
                ShotKey.of(chunk.shot()).hex(),
                chunk.firstLatentFrame(),
                chunk.latentFrameCount(),
                chunk.overlapLeft(),
                chunk.overlapRight()));
  }

  /** Cells of one channel of one latent frame. */
  int cells() {
    return height * width;
  }

  /** Numbers of one latent frame. */
  int frameSize() {
    return channels * cells();
  }

  /** Latent frames that go through the model. */
  int modelFrameCount() {
    return referenceCount + frameCount;
  }

  /** Numbers of all latent frames, references included. */
  int size() {
    return Math.multiplyExact(modelFrameCount(), frameSize());
  }

  /** Where the chunk's latent frame {@code frame} begins, counted without the references. */
  int offset(int frame) {
    return (referenceCount + frame) * frameSize();
  }
}
