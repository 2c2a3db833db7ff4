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
    double usedTodaySeconds,
    @Nullable Double usedADayMaxSeconds) {

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
        seconds(tenant.today().used()),
        tenant.today().max().map(TenantJson::seconds).orElse(null));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
