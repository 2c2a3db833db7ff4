package dev.longtake.coordinator.dispatch.share;

import static java.util.Objects.requireNonNull;

/**
 * Workers' time that went into a story.
 *
 * @param hour since 1970
 */
public record Spent(Payer payer, long hour, long millis) {

  public Spent {
    requireNonNull(payer, "payer");
  }
}
