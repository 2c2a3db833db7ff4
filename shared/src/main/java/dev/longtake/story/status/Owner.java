package dev.longtake.story.status;

import static dev.longtake.error.Require.require;

/**
 * Whose a story is.
 *
 * @param tenant the team, which alone sees it
 * @param name who submitted it, as its token or its certificate says; empty where nobody is asked
 */
public record Owner(String tenant, String name) {

  /** Where nobody is asked who it is. */
  public static final Owner UNKNOWN = new Owner(TenantScope.DEFAULT_TENANT, "");

  private static final int NAME_LENGTH_MAX = 500;

  public Owner {
    TenantScope.requireTenant(tenant);
    require(
        name.length() <= NAME_LENGTH_MAX,
        "expected an owner of at most %d characters, found %d",
        NAME_LENGTH_MAX,
        name.length());
  }
}
