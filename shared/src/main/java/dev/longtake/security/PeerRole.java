package dev.longtake.security;

import dev.longtake.story.status.TenantScope;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What kind of program a certificate is for. It stands in the certificate as a URI among its other
 * names ({@code urn:longtake:worker}), so that whoever issues certificates decides it, and no
 * program about itself.
 */
public enum PeerRole {
  /** Clients and workers believe that they have reached the farm. */
  COORDINATOR,
  /** Gets work, and reads and writes what belongs to it. */
  WORKER,
  /** People and programs that submit stories and look at them. */
  CLIENT;

  /** As a folder and people name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What stands in its certificates. */
  public String uri() {
    return CertificateUris.PREFIX + label();
  }

  /**
   * The role that a certificate gives; empty if it is none of ours, names two, or is bound to a
   * tenant in a way that {@link PeerTenant} does not take. Only workers are bound: people's tenants
   * stand in their tokens.
   */
  public static Optional<PeerRole> of(X509Certificate certificate) {
    return of(CertificateUris.of(certificate));
  }

  static Optional<PeerRole> of(List<String> uris) {
    List<String> found = uris.stream().filter(uri -> !uri.startsWith(PeerTenant.PREFIX)).toList();
    Optional<TenantScope> scope = PeerTenant.of(uris);
    return found.size() == 1 && scope.isPresent()
        ? of(found.getFirst()).filter(role -> role == WORKER || scope.get().isAll())
        : Optional.empty();
  }

  private static Optional<PeerRole> of(String uri) {
    return Arrays.stream(values()).filter(role -> role.uri().equals(uri)).findFirst();
  }
}
