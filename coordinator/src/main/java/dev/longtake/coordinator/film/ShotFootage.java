package dev.longtake.coordinator.film;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ShotPlan;
import java.util.List;

/**
 * One shot as it goes into a film.
 *
 * @param segments artifacts of its decoded segments, in order
 * @param latentsDigest of its final latents
 */
public record ShotFootage(ShotPlan plan, List<Digest> segments, Digest latentsDigest) {

  public ShotFootage {
    requireNonNull(plan, "plan");
    segments = List.copyOf(segments);
    requireNonNull(latentsDigest, "latentsDigest");
    require(
        segments.size() == plan.segments().segments().size(),
        "shot %s: expected %d segments, found %d",
        plan.shot().id(),
        plan.segments().segments().size(),
        segments.size());
  }
}
