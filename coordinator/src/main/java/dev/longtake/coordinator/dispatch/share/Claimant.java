package dev.longtake.coordinator.dispatch.share;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Whose a story is, and since when.
 *
 * @param tenant whose share it takes
 * @param submitTime when it was submitted
 */
public record Claimant(String tenant, Instant submitTime) {

  public Claimant {
    requireNonNull(tenant, "tenant");
    requireNonNull(submitTime, "submitTime");
  }
}
