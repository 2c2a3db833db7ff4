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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which certificates of a farm count no more. */
final class Revocations {

  private static final int RADIX = 16;

  /** What {@code openssl x509 -serial} prints before the number. */
  private static final Pattern PRINTED = Pattern.compile("^serial=", Pattern.CASE_INSENSITIVE);

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
      String serial =
          PRINTED.matcher(line.replaceFirst("#.*", "").replace(":", "").strip()).replaceFirst("");
      if (!serial.isEmpty()) {
        serials.add(serial(folder.name(TlsFolder.REVOKED) + ":" + number, serial));
      }
    }
    byte[] signed = contents.file(TlsFolder.REVOKED_LIST);
    if (signed.length > 0) {
      for (X509CRL crl : signedLists(folder.name(TlsFolder.REVOKED_LIST), signed, authority)) {
        Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
        if (entries != null) {
          entries.forEach(entry -> serials.add(entry.getSerialNumber()));
        }
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

  /** One or several, as text or in binary, one after the other: each authority writes its own. */
  private static List<X509CRL> signedLists(
      String file, byte[] content, List<X509Certificate> authority) {
    List<X509CRL> lists;
    try {
      lists =
          CertificateFactory.getInstance("X.509")
              .generateCRLs(new ByteArrayInputStream(content))
              .stream()
              .map(X509CRL.class::cast)
              .toList();
    } catch (GeneralSecurityException e) {
      throw noList(file, String.valueOf(e.getMessage()), e);
    }
    if (lists.isEmpty()) {
      throw noList(file, "none", null);
    }
    for (X509CRL list : lists) {
      if (authority.stream().noneMatch(issuer -> isSignedBy(list, issuer))) {
        throw new LongtakeException(
            ErrorCode.CONFIGURATION_INVALID,
            "%s: expected a list that the farm's authority signed, found one of %s"
                .formatted(file, list.getIssuerX500Principal().getName()));
      }
    }
    return lists;
  }

  private static LongtakeException noList(String file, String found, @Nullable Throwable why) {
    return new LongtakeException(
        ErrorCode.CONFIGURATION_INVALID,
        "%s: expected a list of revoked certificates, found: %s".formatted(file, found),
        why);
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
