package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose work somebody has to do with: that of one tenant of the farm, or of all. A tenant is a team
 * that shares the farm with others and is to see nothing of theirs; one that was never named is not
 * known, because nobody keeps a list of them.
 *
 * @param word the tenant's name, or {@code *} for all
 */
public record TenantScope(String word) {

  /** Whose everything is where nobody is told apart. */
  public static final String DEFAULT_TENANT = "default";

  /** Of the farm, not of one tenant. */
  public static final TenantScope ALL = new TenantScope("*");

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  public TenantScope {
    requireNonNull(word, "word");
    if (!word.equals("*")) {
      requireTenant(word);
    }
  }

  /** Whether a tenant may be called so. */
  public static boolean isTenant(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * The same name, if it is one that a tenant may have.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static String requireTenant(String name) {
    require(
        isTenant(name),
        "expected a tenant: 1 to 63 of a-z, 0-9, '.', '_' and '-', found \"%s\"",
        name.length() > 80 ? name.substring(0, 80) + "..." : name);
    return name;
  }

  /** Whether this is of all tenants. */
  public boolean isAll() {
    return word.equals("*");
  }

  /** The only tenant that it covers; empty if it covers all. */
  public Optional<String> only() {
    return isAll() ? Optional.empty() : Optional.of(word);
  }

  /** Whether what belongs to this tenant is within it. */
  public boolean covers(String tenant) {
    return isAll() || word.equals(tenant);
  }

  /** Whose something new is, if nothing else is said. */
  public String home() {
    return isAll() ? DEFAULT_TENANT : word;
  }
}
