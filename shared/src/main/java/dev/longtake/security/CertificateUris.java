package dev.longtake.security;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** What certificates say in URIs of ours among their other names. */
final class CertificateUris {

  static final String PREFIX = "urn:longtake:";

  /** The kind of name in a certificate that is a URI (RFC 5280, 4.2.1.6). */
  private static final int URI_NAME = 6;

  private CertificateUris() {}

  /** Those of its names that are ours to read. */
  static List<String> of(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> name.getFirst().equals(URI_NAME))
            .map(name -> String.valueOf(name.getLast()))
            .filter(uri -> uri.startsWith(PREFIX))
            .toList();
  }
}
