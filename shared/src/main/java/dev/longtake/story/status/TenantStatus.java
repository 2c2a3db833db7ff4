package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

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
 */
public record TenantStatus(
    String tenant,
    int weight,
    OptionalInt chunksMax,
    double workers,
    double share,
    int chunksRunning,
    int chunksWaiting) {

  public TenantStatus {
    TenantScope.requireTenant(tenant);
    requireNonNull(chunksMax, "chunksMax");
    require(weight > 0, "weight: expected more than 0, found %d", weight);
    require(
        Double.isFinite(workers) && workers >= 0, "workers: expected 0 or more, found %s", workers);
    require(Double.isFinite(share) && share >= 0, "share: expected 0 or more, found %s", share);
  }
}
