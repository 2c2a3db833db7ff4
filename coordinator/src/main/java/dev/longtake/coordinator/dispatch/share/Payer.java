package dev.longtake.coordinator.dispatch.share;

import static java.util.Objects.requireNonNull;

/**
 * For what a worker works.
 *
 * @param tenant whose story it is
 */
public record Payer(String tenant, String storyId) {

  public Payer {
    requireNonNull(tenant, "tenant");
    requireNonNull(storyId, "storyId");
  }
}
