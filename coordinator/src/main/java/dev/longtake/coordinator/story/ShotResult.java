package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import java.util.List;

/**
 * What a rendered shot is made of.
 *
 * @param latents artifact of its final latents
 * @param segments artifacts of its frames, in order
 */
public record ShotResult(Digest latents, List<Digest> segments) {

  public ShotResult {
    requireNonNull(latents, "latents");
    segments = List.copyOf(segments);
  }
}
