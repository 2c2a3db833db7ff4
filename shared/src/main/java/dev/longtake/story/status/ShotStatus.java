package dev.longtake.story.status;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import java.util.Optional;

/**
 * Where one shot stands.
 *
 * @param latentsDigest of the shot's final latents; there from {@link ShotState#DECODING} on
 * @param reused true if an earlier rendering of the same inputs was taken
 */
public record ShotStatus(
    String shotId,
    int frameCount,
    ShotState state,
    ShotCounts counts,
    Optional<Digest> latentsDigest,
    boolean reused) {

  public ShotStatus {
    requireNonNull(shotId, "shotId");
    requireNonNull(state, "state");
    requireNonNull(counts, "counts");
    requireNonNull(latentsDigest, "latentsDigest");
  }
}
