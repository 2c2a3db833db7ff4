package dev.longtake.wire;

import dev.longtake.story.status.Owner;
import dev.longtake.story.status.TenantScope;

/** Whose stories are, as messages say it: those of before there were tenants say nothing. */
public final class OwnerWire {

  private OwnerWire() {}

  /** The tenant of a message; empty is that of farms that tell nobody apart. */
  public static String tenant(String tenant) {
    return tenant.isEmpty() ? TenantScope.DEFAULT_TENANT : tenant;
  }

  /** The tenant as journals say it, which had none at first: empty for {@code default}. */
  public static String journaled(String tenant) {
    return tenant.equals(TenantScope.DEFAULT_TENANT) ? "" : tenant;
  }

  /**
   * The owner of a message.
   *
   * @throws IllegalArgumentException if there can be no such tenant
   */
  public static Owner owner(String tenant, String name) {
    return new Owner(tenant(tenant), name);
  }
}
