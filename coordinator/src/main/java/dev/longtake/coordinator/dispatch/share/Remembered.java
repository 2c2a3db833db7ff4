package dev.longtake.coordinator.dispatch.share;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What was written down of a tenant.
 *
 * @param days workers' time in milliseconds, by days since 1970
 * @param faded what was left of it all, in milliseconds
 * @param at when that was so, in milliseconds since 1970
 */
public record Remembered(String tenant, Map<Long, Long> days, long faded, long at) {

  public Remembered {
    requireNonNull(tenant, "tenant");
    days = Map.copyOf(days);
  }
}
