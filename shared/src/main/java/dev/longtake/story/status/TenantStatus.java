package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a tenant has of the farm's workers.
 *
 * @param weight its share is this over the weights of all that have or want workers
 * @param chunksMax chunks that it may have under way at once
 * @param workers that work for it; one that works for several counts in parts
 * @param share its part of all workers that work for anybody
 * @param chunksRunning chunks under way
 * @param chunksWaiting chunks that wait for a worker
 * @param today what its workers have cost today
 */
public record TenantStatus(
    String tenant,
    int weight,
    OptionalInt chunksMax,
    double workers,
    double share,
    int chunksRunning,
    int chunksWaiting,
    Today today) {

  /**
   * Workers' time since midnight, UTC.
   *
   * @param max that it may use in a day; nothing new of it begins once that is used
   */
  public record Today(Duration used, Optional<Duration> max) {

    /** Nothing was used, and all may be. */
    public static final Today NOTHING = new Today(Duration.ZERO, Optional.empty());

    public Today {
      require(!used.isNegative(), "today: expected 0 or more, found %s", used);
      requireNonNull(max, "max");
    }
  }

  public TenantStatus {
    TenantScope.requireTenant(tenant);
    requireNonNull(chunksMax, "chunksMax");
    requireNonNull(today, "today");
    require(weight > 0, "weight: expected more than 0, found %d", weight);
    require(
        Double.isFinite(workers) && workers >= 0, "workers: expected 0 or more, found %s", workers);
    require(Double.isFinite(share) && share >= 0, "share: expected 0 or more, found %s", share);
  }
}
