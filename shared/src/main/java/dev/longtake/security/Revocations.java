package dev.longtake.security;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads which certificates of a farm count no more. */
final class Revocations {

  private static final int RADIX = 16;

  private Revocations() {}

  /**
   * Their serial numbers.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if a file is not such a
   *     list, or is one that nobody of {@code authority} signed
   */
  static Set<BigInteger> read(
      TlsFolder folder, TlsFolder.Contents contents, List<X509Certificate> authority) {
    Set<BigInteger> serials = new HashSet<>();
    String list = new String(contents.file(TlsFolder.REVOKED), StandardCharsets.UTF_8);
    int number = 0;
    for (String line : list.lines().toList()) {
      number++;
      String serial = line.replaceFirst("#.*", "").replace(":", "").strip();
      if (!serial.isEmpty()) {
        serials.add(serial(folder.name(TlsFolder.REVOKED) + ":" + number, serial));
      }
    }
    byte[] signed = contents.file(TlsFolder.REVOKED_LIST);
    if (signed.length > 0) {
      X509CRL crl = signedList(folder.name(TlsFolder.REVOKED_LIST), signed, authority);
      Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
      if (entries != null) {
        entries.forEach(entry -> serials.add(entry.getSerialNumber()));
      }
    }
    return serials;
  }

  private static BigInteger serial(String where, String text) {
    try {
      return new BigInteger(text, RADIX);
    } catch (NumberFormatException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "%s: expected a serial number in hexadecimal, found \"%s\"".formatted(where, text),
          e);
    }
  }

  private static X509CRL signedList(String file, byte[] content, List<X509Certificate> authority) {
    X509CRL list;
    try {
      list =
          (X509CRL)
              CertificateFactory.getInstance("X.509")
                  .generateCRL(new ByteArrayInputStream(content));
    } catch (GeneralSecurityException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "%s: expected a list of revoked certificates, found: %s".formatted(file, e.getMessage()),
          e);
    }
    if (authority.stream().noneMatch(issuer -> isSignedBy(list, issuer))) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "%s: expected a list that the farm's authority signed, found one of %s"
              .formatted(file, list.getIssuerX500Principal().getName()));
    }
    return list;
  }

  private static boolean isSignedBy(X509CRL list, X509Certificate issuer) {
    try {
      list.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
