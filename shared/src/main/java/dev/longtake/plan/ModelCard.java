package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.FrameSize;

/**
 * What a loaded checkpoint is and how it wants to be used.
 *
 * @param sampling what a story gets that says nothing else
 * @param weightBytes memory of the weights
 */
public record ModelCard(
    Identity identity,
    LatentGeometry geometry,
    FrameDefaults frames,
    Sampling sampling,
    Conditioning conditioning,
    ChunkPolicy chunkPolicy,
    SegmentPolicy segmentPolicy,
    long weightBytes) {

  /**
   * Which checkpoint it is.
   *
   * @param name for people
   * @param version for people
   * @param digest SHA-256 over the checkpoint's files: what tells two apart
   */
  public record Identity(String name, String version, Digest digest) {
    public Identity {
      requireNonNull(name, "name");
      requireNonNull(version, "version");
      requireNonNull(digest, "digest");
    }
  }

  /** The frames that a story gets that does not say. */
  public record FrameDefaults(FrameSize size, int frameRateHz) {
    public FrameDefaults {
      requireNonNull(size, "size");
      require(frameRateHz > 0, "frameRateHz is not positive: %d", frameRateHz);
    }
  }

  /**
   * What the model can be told about a shot.
   *
   * @param textTokenCount tokens of a prompt, at most
   * @param referenceCountMax reference pictures of a shot, at most
   * @param negativePrompt what guidance leads away from; may be empty
   */
  public record Conditioning(int textTokenCount, int referenceCountMax, String negativePrompt) {
    public Conditioning {
      require(textTokenCount > 0, "textTokenCount is not positive: %d", textTokenCount);
      require(referenceCountMax >= 0, "referenceCountMax is negative: %d", referenceCountMax);
      requireNonNull(negativePrompt, "negativePrompt");
    }
  }

  public ModelCard {
    requireNonNull(identity, "identity");
    requireNonNull(geometry, "geometry");
    requireNonNull(frames, "frames");
    requireNonNull(sampling, "sampling");
    requireNonNull(conditioning, "conditioning");
    requireNonNull(chunkPolicy, "chunkPolicy");
    requireNonNull(segmentPolicy, "segmentPolicy");
    require(weightBytes >= 0, "weightBytes is negative: %d", weightBytes);
  }
}
