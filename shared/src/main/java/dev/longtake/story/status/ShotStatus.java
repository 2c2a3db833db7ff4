package dev.longtake.story.status;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import java.util.Optional;

/**
 * Where one shot stands.
 *
 * @param stepCount denoise steps over all chunks
 * @param latentsDigest of the shot's final latents; there from {@link ShotState#DECODING} on
 * @param reused true if an earlier rendering of the same inputs was taken
 * @param stepsKept denoise steps that would not be repeated if every worker were lost now
 */
public record ShotStatus(
    String shotId,
    ShotState state,
    int chunkCount,
    int chunksDone,
    int stepCount,
    int stepsDone,
    int segmentCount,
    int segmentsDone,
    int frameCount,
    Optional<Digest> latentsDigest,
    boolean reused,
    int stepsKept) {

  public ShotStatus {
    requireNonNull(shotId, "shotId");
    requireNonNull(state, "state");
    requireNonNull(latentsDigest, "latentsDigest");
  }
}
