package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.FrameSize;

/**
 * What a loaded checkpoint is and how it wants to be used.
 *
 * @param digest SHA-256 over the checkpoint's files
 * @param latentChannels channels of a latent frame
 * @param spatialFactor pixels per latent cell, each way
 * @param temporalFactor frames per latent frame
 * @param patchHeight latent cells per token
 * @param defaultSize of frames, if the story does not say
 * @param stepCount denoise steps
 * @param guidanceScale off at 1 and below
 * @param shift of the sigma schedule
 * @param textTokenCount tokens of a prompt, at most
 * @param referenceCountMax reference pictures of a shot, at most
 * @param weightBytes memory of the weights
 * @param sharedNoise variance that the start noise of all latent frames of a shot has in common, 0
 *     to 1; 0 is what the public checkpoints were trained with
 */
public record ModelCard(
    String name,
    String version,
    Digest digest,
    int latentChannels,
    int spatialFactor,
    int temporalFactor,
    int patchHeight,
    int patchWidth,
    FrameSize defaultSize,
    int defaultFrameRateHz,
    int stepCount,
    double guidanceScale,
    double shift,
    Solver solver,
    int textTokenCount,
    ChunkPolicy chunkPolicy,
    SegmentPolicy segmentPolicy,
    int referenceCountMax,
    String negativePrompt,
    long weightBytes,
    double sharedNoise) {

  public ModelCard {
    requireNonNull(name, "name");
    requireNonNull(version, "version");
    requireNonNull(digest, "digest");
    require(latentChannels > 0, "latentChannels is not positive: %d", latentChannels);
    require(spatialFactor > 0, "spatialFactor is not positive: %d", spatialFactor);
    require(temporalFactor > 0, "temporalFactor is not positive: %d", temporalFactor);
    require(patchHeight > 0, "patchHeight is not positive: %d", patchHeight);
    require(patchWidth > 0, "patchWidth is not positive: %d", patchWidth);
    requireNonNull(defaultSize, "defaultSize");
    require(defaultFrameRateHz > 0, "defaultFrameRateHz is not positive: %d", defaultFrameRateHz);
    require(stepCount > 0, "stepCount is not positive: %d", stepCount);
    require(Double.isFinite(guidanceScale), "guidanceScale is not a number: %s", guidanceScale);
    require(shift > 0 && Double.isFinite(shift), "shift is not positive: %s", shift);
    requireNonNull(solver, "solver");
    require(textTokenCount > 0, "textTokenCount is not positive: %d", textTokenCount);
    requireNonNull(chunkPolicy, "chunkPolicy");
    requireNonNull(segmentPolicy, "segmentPolicy");
    require(referenceCountMax >= 0, "referenceCountMax is negative: %d", referenceCountMax);
    requireNonNull(negativePrompt, "negativePrompt");
    require(weightBytes >= 0, "weightBytes is negative: %d", weightBytes);
    require(
        sharedNoise >= 0 && sharedNoise <= 1,
        "sharedNoise: expected 0 to 1, found %s",
        sharedNoise);
  }

  /** A model whose latent frames start from independent noise. */
  public ModelCard(
      String name,
      String version,
      Digest digest,
      int latentChannels,
      int spatialFactor,
      int temporalFactor,
      int patchHeight,
      int patchWidth,
      FrameSize defaultSize,
      int defaultFrameRateHz,
      int stepCount,
      double guidanceScale,
      double shift,
      Solver solver,
      int textTokenCount,
      ChunkPolicy chunkPolicy,
      SegmentPolicy segmentPolicy,
      int referenceCountMax,
      String negativePrompt,
      long weightBytes) {
    this(
        name,
        version,
        digest,
        latentChannels,
        spatialFactor,
        temporalFactor,
        patchHeight,
        patchWidth,
        defaultSize,
        defaultFrameRateHz,
        stepCount,
        guidanceScale,
        shift,
        solver,
        textTokenCount,
        chunkPolicy,
        segmentPolicy,
        referenceCountMax,
        negativePrompt,
        weightBytes,
        0);
  }

  /** Whether the model can render frames of this size. */
  public boolean fits(FrameSize size) {
    return size.width() % widthStep() == 0 && size.height() % heightStep() == 0;
  }

  /** Widths are multiples of it, in pixels. */
  public int widthStep() {
    return spatialFactor * patchWidth;
  }

  /** Heights are multiples of it, in pixels. */
  public int heightStep() {
    return spatialFactor * patchHeight;
  }

  /** Numbers of one latent frame {@code (C, h, w)} of frames of this size. */
  public int latentFrameElements(FrameSize size) {
    return latentChannels * (size.width() / spatialFactor) * (size.height() / spatialFactor);
  }
}
