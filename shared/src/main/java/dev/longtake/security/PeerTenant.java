package dev.longtake.security;

import dev.longtake.story.status.TenantScope;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Whose work a worker may do, as its certificate says: a URI among its names ({@code
 * urn:longtake:tenant:red}), beside that of its {@link PeerRole}. One without is of all tenants.
 */
public final class PeerTenant {

  static final String PREFIX = CertificateUris.PREFIX + "tenant:";

  private PeerTenant() {}

  /** What stands in certificates of this tenant; empty for all tenants. */
  public static Optional<String> uri(TenantScope scope) {
    return scope.only().map(tenant -> PREFIX + tenant);
  }

  /**
   * The tenant that a certificate is bound to, or all of them; empty if it names several, or
   * something that no tenant can be called.
   */
  public static Optional<TenantScope> of(X509Certificate certificate) {
    return of(CertificateUris.of(certificate));
  }

  static Optional<TenantScope> of(List<String> uris) {
    List<String> named = uris.stream().filter(uri -> uri.startsWith(PREFIX)).toList();
    if (named.isEmpty()) {
      return Optional.of(TenantScope.ALL);
    }
    String name = named.getFirst().substring(PREFIX.length());
    return named.size() == 1 && TenantScope.isTenant(name)
        ? Optional.of(new TenantScope(name))
        : Optional.empty();
  }
}
