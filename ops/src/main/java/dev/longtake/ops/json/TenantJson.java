package dev.longtake.ops.json;

import dev.longtake.story.status.TenantStatus;
import org.jspecify.annotations.Nullable;

/** What a tenant has of a farm's workers: {@code tenant.schema.json}. */
public record TenantJson(
    String tenant,
    int weight,
    @Nullable Integer chunksMax,
    double workers,
    double share,
    int chunksRunning,
    int chunksWaiting) {

  /** The line of a tenant. */
  public static TenantJson of(TenantStatus tenant) {
    return new TenantJson(
        tenant.tenant(),
        tenant.weight(),
        tenant.chunksMax().isPresent() ? (Integer) tenant.chunksMax().getAsInt() : null,
        tenant.workers(),
        tenant.share(),
        tenant.chunksRunning(),
        tenant.chunksWaiting());
  }
}
