package dev.longtake.coordinator.dispatch.share;

import static java.util.Objects.requireNonNull;

import dev.longtake.config.Ranges;
import java.time.Duration;

/**
 * How workers are shared among tenants, and stories of one tenant are put in order.
 *
 * @param halfLife after so long without any, half of what a tenant has used is forgotten
 * @param chunkDelay a story stands as if it had been submitted so much later for each of its chunks
 * @param tenants what they are entitled to
 */
public record ShareSettings(Duration halfLife, Duration chunkDelay, TenantTerms tenants) {

  /** Everybody has the same share, and stories of one tenant go in the order of submission. */
  public static final ShareSettings EQUAL =
      new ShareSettings(Duration.ofMinutes(15), Duration.ZERO, TenantTerms.NONE);

  public ShareSettings {
    new Ranges()
        .between("halfLife", halfLife, Duration.ofMinutes(1), Duration.ofDays(7))
        .between("chunkDelay", chunkDelay, Duration.ZERO, Duration.ofHours(1))
        .check();
    requireNonNull(tenants, "tenants");
  }
}
