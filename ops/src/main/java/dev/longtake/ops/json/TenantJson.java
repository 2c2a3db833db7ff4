package dev.longtake.ops.json;

import dev.longtake.story.status.TenantStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a tenant has of a farm's workers: {@code tenant.schema.json}. */
public record TenantJson(
    String tenant,
    int weight,
    @Nullable Integer chunksMax,
    double workers,
    double share,
    int chunksRunning,
    int chunksWaiting,
    Today today) {

  /** Workers' time since midnight, UTC, and what may be used of it in a day. */
  public record Today(double usedSeconds, @Nullable Double maxSeconds) {

    private static Today of(TenantStatus.Today today) {
      return new Today(seconds(today.used()), today.max().map(Today::seconds).orElse(null));
    }

    private static double seconds(Duration time) {
      return time.toMillis() / 1000.0;
    }
  }

  /** The line of a tenant. */
  public static TenantJson of(TenantStatus tenant) {
    return new TenantJson(
        tenant.tenant(),
        tenant.weight(),
        tenant.chunksMax().isPresent() ? (Integer) tenant.chunksMax().getAsInt() : null,
        tenant.workers(),
        tenant.share(),
        tenant.chunksRunning(),
        tenant.chunksWaiting(),
        Today.of(tenant.today()));
  }
}
