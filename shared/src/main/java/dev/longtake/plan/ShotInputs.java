package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.FrameSize;

/**
 * What a worker has to know of a shot. Together with what {@link ShotIdentity} adds it decides the
 * shot.
 *
 * @param modelDigest of the checkpoint; a worker refuses another one
 * @param seed of the shot's noise
 * @param exchangeOff true only to measure what the exchange between chunks is worth
 */
public record ShotInputs(
    ShotAddress address,
    Digest modelDigest,
    Prompt prompt,
    long seed,
    FrameSize size,
    int latentFrameCount,
    Sampling sampling,
    boolean exchangeOff) {

  public ShotInputs {
    requireNonNull(address, "address");
    requireNonNull(modelDigest, "modelDigest");
    requireNonNull(prompt, "prompt");
    requireNonNull(size, "size");
    require(latentFrameCount > 0, "latentFrameCount is not positive: %d", latentFrameCount);
    requireNonNull(sampling, "sampling");
  }
}
